import type { components } from './schema.d.ts';

type ProblemBody = components['schemas']['Problem'];

/** A refusal of the API (RFC 9457), with what is wrong by pointer into the body. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  /** Detail by pointer, as in `/0/email`; the first one where a pointer stands twice. */
  readonly errors: ReadonlyMap<string, string>;

  constructor(problem: Pick<ProblemBody, 'status' | 'detail' | 'title' | 'type' | 'errors'>) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.type = problem.type;
    this.title = problem.title;
    const errors = new Map<string, string>();
    for (const each of problem.errors ?? []) {
      if (!errors.has(each.pointer)) errors.set(each.pointer, each.detail);
    }
    this.errors = errors;
  }

  /** Somebody changed the thing since it was read. */
  get isConflict(): boolean {
    return this.status === 412;
  }

  /** The change breaks a policy test, and may be made all the same. */
  get isBrokenTest(): boolean {
    return this.type.endsWith('/problems/broken-test');
  }

  static async of(response: Response): Promise<ApiProblem> {
    const told = response.headers.get('content-type')?.includes('json');
    const body = told ? ((await response.json()) as ProblemBody) : null;
    return new ApiProblem({
      type: body?.type ?? 'about:blank',
      title: body?.title ?? response.statusText,
      status: response.status,
      detail: body?.detail ?? `${response.status} ${response.statusText}`.trim(),
      errors: body?.errors ?? null,
    });
  }
}

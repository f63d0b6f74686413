import { post } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { components } from '../../api/schema.d.ts';
import type { Change } from './changes.ts';

export type Preview = components['schemas']['Preview'];
export type Consequence = Preview['consequences'][number];

/** Try changes without making them. What is refused is told by pointers into the body of `own`. */
export async function tried(changes: Change[], own: number): Promise<Preview> {
  try {
    return (await post('/tenants/access/preview', { body: { changes } })).body;
  } catch (error) {
    throw error instanceof ApiProblem ? within(error, `/changes/${own}/body`) : error;
  }
}

function within(problem: ApiProblem, prefix: string): ApiProblem {
  const errors = [...problem.errors].map(([pointer, detail]) => ({
    pointer: pointer.startsWith(prefix) ? pointer.slice(prefix.length) : pointer,
    detail,
  }));
  return new ApiProblem({
    status: problem.status,
    type: problem.type,
    title: problem.title,
    detail: problem.message,
    errors,
  });
}

type Effect = Consequence['differences'][number]['effect'];

/** How many devices have at least one difference of an effect. */
export function countOf(preview: Preview, effect: Effect): number {
  return preview.consequences
    .filter(({ differences }) => differences.some((each) => each.effect === effect))
    .reduce((sum, { count }) => sum + count, 0);
}

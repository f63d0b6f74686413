import { common } from '#texts/common';
import { apiBase } from './base.ts';
import type { AnswerOf, BodyOf, Method, ParametersOf, PathOf } from './operations.ts';
import { ApiProblem } from './problem.ts';
import type { paths } from './schema.d.ts';

export interface Answer<T> {
  body: T;
  /** Send it back as `ifMatch` with a change. */
  etag: string | null;
}

interface Extras {
  query?: URLSearchParams;
  /** Refuse the change with 412 where the thing is no longer what had this ETag. */
  ifMatch?: string | null | undefined;
  /** Make the change though it breaks policy tests. */
  ignorePolicyTests?: boolean;
  /** The same for each try of one creation, so that it happens once. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

type InPath<P extends string> = keyof ParametersOf<P> extends never
  ? { path?: undefined }
  : { path: ParametersOf<P> };

type InBody<B> = [B] extends [undefined] ? { body?: undefined } : { body: B };

export type Options<P extends keyof paths, M extends Method> = Extras &
  InPath<P> &
  InBody<BodyOf<P, M>>;

type Required<O> = Record<never, never> extends O ? [options?: O] : [options: O];

type Call<M extends Method> = <P extends PathOf<M>>(
  path: P,
  ...rest: Required<Options<P, M>>
) => Promise<Answer<AnswerOf<P, M>>>;

export const get = caller('get');
export const post = caller('post');
export const put = caller('put');
export const patch = caller('patch');
export const del = caller('delete');

function caller<M extends Method>(method: M): Call<M> {
  return (path, ...[options]) => send(method, path, (options ?? {}) as Sent);
}

type Sent = Extras & { path?: Record<string, string>; body?: unknown };

async function send<T>(method: Method, path: string, sent: Sent): Promise<Answer<T>> {
  const response = await fetch(address(path, sent), {
    method: method.toUpperCase(),
    headers: headers(method, sent),
    body: sent.body === undefined ? null : JSON.stringify(sent.body),
    signal: sent.signal ?? null,
    credentials: 'same-origin',
  }).catch(unreachable);
  if (response.status === 401) await signInAgain();
  if (!response.ok) throw await ApiProblem.of(response);
  // What was done may have nothing to tell, whatever its status is.
  const text = await response.text();
  const body: unknown = text ? JSON.parse(text) : undefined;
  return { body: body as T, etag: response.headers.get('etag') };
}

/** Say what a browser calls "Failed to fetch"; what was called off stays that. */
function unreachable(error: unknown): never {
  throw error instanceof TypeError ? new Error(common.unreachable, { cause: error }) : error;
}

function address(path: string, sent: Sent): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(sent.path?.[name] ?? ''),
  );
  const query = sent.query?.toString();
  return `${apiBase}${filled}${query ? `?${query}` : ''}`;
}

function headers(method: Method, sent: Sent): Headers {
  const all = new Headers({ accept: 'application/json' });
  if (sent.body !== undefined) all.set('content-type', 'application/json');
  if (sent.ifMatch) all.set('if-match', sent.ifMatch);
  if (sent.ignorePolicyTests) all.set('gatescale-policy-tests', 'ignore');
  if (method === 'post' && sent.idempotencyKey) all.set('idempotency-key', sent.idempotencyKey);
  return all;
}

/** Leave for the sign-in page, which leads back here: nothing goes on before that. */
export async function signInAgain(): Promise<never> {
  const here = location.pathname + location.search;
  location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
  return new Promise<never>(() => {});
}

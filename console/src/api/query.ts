import { QueryClient, queryOptions, type UseQueryOptions } from '@tanstack/react-query';
import { type Answer, get, type Options } from './call.ts';
import type { ListQuery, Page } from './list.ts';
import type { AnswerOf, PathOf } from './operations.ts';
import { ApiProblem } from './problem.ts';

/** A GET as a query. Its key begins with the path, by which `live` knows what it is about. */
export function query<P extends PathOf<'get'>>(path: P, options?: Options<P, 'get'>) {
  return queryOptions<Answer<AnswerOf<P, 'get'>>>({
    queryKey: [path, options?.path ?? null, options?.query?.toString() ?? ''],
    queryFn: ({ signal }) => {
      // The compiler cannot see that these are the options of P, as long as P is open.
      const call = get as (path: P, options: object) => Promise<Answer<AnswerOf<P, 'get'>>>;
      return call(path, { ...options, signal });
    },
  });
}

/** A list of the API as a query, whose `select` picks the page of rows. */
export type ListOf<Row> = (
  // Queries differ in what they hold; who shows rows needs only the page.
  query: ListQuery,
  // oxlint-disable-next-line typescript/no-explicit-any
) => UseQueryOptions<any, Error, Page<Row>, any>;

/** What the API said no to will be no again; what it could not do may do later. */
function retry(failures: number, error: Error): boolean {
  const refused = error instanceof ApiProblem && error.status < 500 && error.status !== 429;
  return !refused && failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 15_000 }, mutations: { retry: false } },
});

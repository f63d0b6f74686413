import type { QueryClient } from '@tanstack/react-query';
import type { ListQuery, Page } from '../api/list.ts';
import type { ListOf } from '../api/query.ts';

const most = 100;

/** Every row that a query leaves, page after page. */
export async function everyRow<Row>(
  client: QueryClient,
  list: ListOf<Row>,
  query: ListQuery,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let offset = 0; ; offset += most) {
    const { select, ...options } = list({ ...query, limit: most, offset });
    // Each page tells whether there is another.
    // oxlint-disable-next-line no-await-in-loop
    const read: unknown = await client.fetchQuery(options);
    const page = (select ? select(read) : read) as Page<Row>;
    rows.push(...page.data);
    if (page.data.length === 0 || rows.length >= page.total) return rows;
  }
}

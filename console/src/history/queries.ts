import { listQuery } from '../api/list.ts';
import { query } from '../api/query.ts';
import type { components } from '../api/schema.d.ts';

/** The last changes, the newest first. */
export const recent = (limit: number) =>
  query('/tenants/audit-events', { query: listQuery({ sort: '-sequence', limit }) });

/** The changes of one thing, the newest first, page by page. */
export const eventsOf = (id: string) => (limit: number, offset: number) => ({
  ...query('/tenants/audit-events', {
    query: listQuery({
      conditions: [{ field: 'target.id', operator: 'eq', value: id }],
      sort: '-sequence',
      limit,
      offset,
    }),
  }),
  select: ({ body }: { body: components['schemas']['AuditEventPage'] }) => body,
});

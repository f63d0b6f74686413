import { listQuery } from '../api/list.ts';
import { query } from '../api/query.ts';

/** The last changes, the newest first. */
export const recent = (limit: number) =>
  query('/tenants/audit-events', { query: listQuery({ sort: '-sequence', limit }) });

/** The last changes of one thing, the newest first. */
export const eventsOf = (id: string) =>
  query('/tenants/audit-events', {
    query: listQuery({
      conditions: [{ field: 'target.id', operator: 'eq', value: id }],
      sort: '-sequence',
      limit: 50,
    }),
  });

import { type Condition, listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

export type AuditEvent = components['schemas']['AuditEvent'];
type Page = components['schemas']['AuditEventPage'];

/** Events under conditions that hold besides the table's own. */
export const eventList = (always: Condition[]) => (list: ListQuery) => ({
  ...query('/tenants/audit-events', {
    query: listQuery({ ...list, conditions: [...(list.conditions ?? []), ...always] }),
  }),
  select: ({ body }: { body: Page }) => body,
});

export const event = (id: string) =>
  query('/tenants/audit-events', {
    query: listQuery({ conditions: [{ field: 'id', operator: 'eq', value: id }], limit: 1 }),
  });

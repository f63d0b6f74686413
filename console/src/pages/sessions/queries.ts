import { type Condition, listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

export type Session = components['schemas']['AgentSession'];
type Page = components['schemas']['AgentSessionPage'];

/** Sessions under conditions that hold besides the table's own. */
export const sessionList = (always: Condition[]) => (list: ListQuery) => ({
  ...query('/tenants/sessions', {
    query: listQuery({ ...list, conditions: [...(list.conditions ?? []), ...always] }),
  }),
  select: ({ body }: { body: Page }) => body,
});

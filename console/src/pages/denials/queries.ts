import { type Condition, listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

export type Denial = components['schemas']['Denial'];
type Page = components['schemas']['DenialPage'];

const select = ({ body }: { body: Page }) => body;

/** Denials under conditions that hold besides the table's own. */
export const denialList = (always: Condition[]) => (list: ListQuery) => ({
  ...query('/tenants/denials', {
    query: listQuery({ ...list, conditions: [...(list.conditions ?? []), ...always] }),
  }),
  select,
});

/** The last denials, as many as that. */
export const latest = (limit: number) => ({
  ...query('/tenants/denials', { query: listQuery({ sort: '-lastAt', limit }) }),
  select,
});

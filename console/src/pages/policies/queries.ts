import { queryOptions } from '@tanstack/react-query';
import { get } from '../../api/call.ts';
import { listQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { Policy, PolicyType } from './policy.ts';

const most = 100;

/** Every policy of a type, in order, the default last; page by page. */
export const policiesOf = (type: PolicyType) =>
  queryOptions<Policy[]>({
    queryKey: ['/tenants/policies', 'all', type],
    queryFn: ({ signal }) => readAll(type, signal),
  });

async function readAll(type: PolicyType, signal: AbortSignal): Promise<Policy[]> {
  const rows: Policy[] = [];
  for (;;) {
    const list = listQuery({
      conditions: [{ field: 'type', operator: 'eq', value: type }],
      sort: 'order',
      limit: most,
      offset: rows.length,
    });
    // Each page begins where the one before ended.
    // oxlint-disable-next-line no-await-in-loop
    const { body } = await get('/tenants/policies', { query: list, signal });
    rows.push(...body.data);
    if (!body.hasNext) return [...rows.filter(isMovable), ...rows.filter((row) => !isMovable(row))];
  }
}

const isMovable = ({ isDefault }: Policy) => !isDefault;

export const policy = (id: string) => query('/tenants/policies/{id}', { path: { id } });

export const rules = query('/tenants/admission-rules');

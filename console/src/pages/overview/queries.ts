import { listQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';

export const overviewQuery = query('/tenants/overview');

/** Those that need a look come first. */
export const gateways = query('/tenants/gateways', {
  query: listQuery({ sort: 'status', limit: 8 }),
});

export const policiesOf = (ids: string[]) =>
  query('/tenants/policies', {
    query: listQuery({
      conditions: [{ field: 'id', operator: 'in', value: ids.join(',') }],
      sort: 'name',
      limit: ids.length,
    }),
  });

import { listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

type Page = components['schemas']['ResourcePage'];

export const resourceList = (list: ListQuery) => ({
  ...query('/tenants/resources', { query: listQuery(list) }),
  select: ({ body }: { body: Page }) => body,
});

export const resource = (id: string) => query('/tenants/resources/{id}', { path: { id } });

export const policiesOf = (id: string) =>
  query('/tenants/policies', {
    query: listQuery({
      conditions: [{ field: 'resources.id', operator: 'eq', value: id }],
      sort: 'order',
      limit: 100,
    }),
  });

export const reachOf = (id: string) =>
  query('/tenants/access/matrix', { query: new URLSearchParams({ resource: id, limit: '100' }) });

import { listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

type Page = components['schemas']['GatewayPage'];

export const gatewayList = (list: ListQuery) => ({
  ...query('/tenants/gateways', { query: listQuery(list) }),
  select: ({ body }: { body: Page }) => body,
});

export const gateway = (id: string) => query('/tenants/gateways/{id}', { path: { id } });

/** The gateways that have these ids. */
export const gatewaysOf = (ids: string[]) => ({
  ...query('/tenants/gateways', {
    query: listQuery({
      conditions: [{ field: 'id', operator: 'in', value: ids.join(',') }],
      limit: 100,
    }),
  }),
  enabled: ids.length > 0,
});

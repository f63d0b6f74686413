import { type Condition, listQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';

const only = (field: string, value: string, operator: Condition['operator'] = 'eq') =>
  listQuery({ conditions: [{ field, operator, value }], limit: 1 });
const all = listQuery({ limit: 1 });

/** Each is read for its total alone. */
export const counts = {
  users: query('/tenants/users', { query: all }),
  activeUsers: query('/tenants/users', { query: only('status', 'ACTIVE') }),
  expired: query('/tenants/users', { query: only('status', 'EXPIRED') }),
  devices: query('/tenants/devices', { query: all }),
  devicesOnline: query('/tenants/devices', { query: only('status', 'Online') }),
  notCompliant: query('/tenants/devices', { query: only('posture.compliant', 'false') }),
};

export const gateways = query('/tenants/gateways', {
  query: listQuery({ sort: 'status', limit: 100 }),
});

export const resources = query('/tenants/resources', {
  query: listQuery({
    conditions: [{ field: 'status', operator: 'eq', value: 'OFFLINE' }],
    sort: 'name',
    limit: 100,
  }),
});

import { listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

type Page = components['schemas']['UserPage'];

export const userList = (list: ListQuery) => ({
  ...query('/tenants/users', { query: listQuery(list) }),
  select: ({ body }: { body: Page }) => body,
});

export const user = (id: string) => query('/tenants/users/{id}', { path: { id } });

export const roles = query('/tenants/roles');

const rolesOf = (id: string, only: 'rolesOnly' | 'groupsOnly') =>
  query('/tenants/users/{id}/roles', {
    path: { id },
    query: new URLSearchParams({ [only]: 'true' }),
  });

export const directRoles = (id: string) => rolesOf(id, 'rolesOnly');

export const inheritedRoles = (id: string) => rolesOf(id, 'groupsOnly');

export const reach = (id: string) =>
  query('/tenants/access/matrix', { query: new URLSearchParams({ user: id, limit: '100' }) });

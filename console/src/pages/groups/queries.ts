import { listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { groups as texts } from '#texts/groups';
import { asThings, withoutUsers } from '../../form/things.ts';
import { nameOf } from '../users/user.ts';

type Schemas = components['schemas'];

export const groupList = (list: ListQuery) => ({
  ...query('/tenants/groups', { query: listQuery(list, withoutUsers) }),
  select: ({ body }: { body: Schemas['GroupPage'] }) => body,
});

export const group = (id: string) =>
  query('/tenants/groups/{id}', { path: { id }, query: new URLSearchParams(withoutUsers) });

export const roles = query('/tenants/roles');

export const members = (id: string) => (list: ListQuery) => ({
  ...query('/tenants/users', {
    query: listQuery({
      ...list,
      conditions: [{ field: 'groups.id', operator: 'eq', value: id }],
    }),
  }),
  select: ({ body }: { body: Schemas['UserPage'] }) => body,
});

/** People to add; who is in the group already cannot be picked. */
export const candidates = (groupId: string) => (list: ListQuery) => ({
  ...query('/tenants/users', { query: listQuery({ sort: 'email', ...list }) }),
  select: asThings((user: Schemas['User']) => {
    const isMember = user.groups.some(({ id }) => id === groupId);
    const detail = isMember ? texts.already(user.email) : user.email;
    return { id: user.id, name: nameOf(user), detail, disabled: isMember };
  }),
});

export const policiesNaming = (id: string) => (limit: number, offset: number) => ({
  ...query('/tenants/policies', {
    query: listQuery({
      conditions: [{ field: 'groups.id', operator: 'eq', value: id }],
      sort: 'name',
      limit,
      offset,
    }),
  }),
  select: ({ body }: { body: Schemas['PolicyPage'] }) => body,
});

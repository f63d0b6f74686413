import { listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { groups as texts } from '#texts/groups';
import type { Pick } from '../../form/RemotePicker.tsx';
import { nameOf } from '../users/user.ts';

type Schemas = components['schemas'];

export const groupList = (list: ListQuery) => ({
  ...query('/tenants/groups', { query: listQuery(list) }),
  select: ({ body }: { body: Schemas['GroupPage'] }) => body,
});

export const group = (id: string) => query('/tenants/groups/{id}', { path: { id } });

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

/** People by a text; who is in the group already cannot be chosen. */
export const candidates = (groupId: string) => (text: string) => ({
  ...query('/tenants/users', {
    query: listQuery({ search: text, sort: 'email', limit: 20 }),
  }),
  select: ({ body: { data, total } }: { body: Schemas['UserPage'] }) => ({
    data: data.map((user): Pick => {
      const isMember = user.groups.some(({ id }) => id === groupId);
      const detail = isMember ? texts.already(user.email) : user.email;
      return { id: user.id, label: nameOf(user), detail, disabled: isMember };
    }),
    total,
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

export const events = (id: string) => (limit: number, offset: number) => ({
  ...query('/tenants/audit-events', {
    query: listQuery({
      conditions: [{ field: 'target.id', operator: 'eq', value: id }],
      sort: '-sequence',
      limit,
      offset,
    }),
  }),
  select: ({ body }: { body: Schemas['AuditEventPage'] }) => body,
});

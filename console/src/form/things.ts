import { keepPreviousData } from '@tanstack/react-query';
import { type Condition, listQuery } from '../api/list.ts';
import { type ListOf, query } from '../api/query.ts';
import type { components } from '../api/schema.d.ts';

type Schemas = components['schemas'];

/** A thing that can be picked: its id, and what people call it. */
export interface Thing {
  id: string;
  name: string;
  /** A second line, such as an email address. */
  detail?: string;
  /** It is shown, but cannot be picked. */
  disabled?: boolean;
}

export type Noun = 'users' | 'groups' | 'devices' | 'resources' | 'gateways';

interface Found<Row> {
  body: { data: Row[]; total: number };
}

/** A query's `select` that makes things of rows. */
export const asThings =
  <Row>(thing: (row: Row) => Thing) =>
  ({ body: { data, total } }: Found<Row>) => ({ data: data.map(thing), total });

const named = ({ id, name }: Thing) => ({ id, name });

/** Asks for groups without their members, who may be very many. */
export const withoutUsers = { withoutUsers: 'true' };

/** What can be picked, by noun. */
export const things: Record<Noun, ListOf<Thing>> = {
  users: (list) => ({
    ...query('/tenants/users', { query: listQuery({ sort: 'email', ...list }) }),
    select: asThings(({ id, email }: Schemas['User']) => ({ id, name: email })),
  }),
  devices: (list) => ({
    ...query('/tenants/devices', { query: listQuery({ sort: 'name', ...list }) }),
    select: asThings(({ id, name, user }: Schemas['Device']) => ({
      id,
      name: deviceName(name, user?.email),
    })),
  }),
  groups: (list) => ({
    ...query('/tenants/groups', { query: listQuery({ sort: 'name', ...list }, withoutUsers) }),
    select: asThings(named),
  }),
  gateways: (list) => ({
    ...query('/tenants/gateways', { query: listQuery({ sort: 'name', ...list }) }),
    select: asThings(named),
  }),
  resources: (list) => ({
    ...query('/tenants/resources', { query: listQuery({ sort: 'name', ...list }) }),
    select: asThings(named),
  }),
};

/** The things of a list that a condition leaves. */
export function where(list: ListOf<Thing>, condition: Condition): ListOf<Thing> {
  return (asked) => list({ ...asked, conditions: [...(asked.conditions ?? []), condition] });
}

/** Resources of a type. */
export function resourcesOf(type: Schemas['Resource']['type']): ListOf<Thing> {
  return where(things.resources, { field: 'type', operator: 'eq', value: type });
}

/** The things that have these ids. */
export function byId(list: ListOf<Thing>, ids: string[]) {
  const conditions = [{ field: 'id', operator: 'in' as const, value: ids.join(',') }];
  const asked = list({ conditions, limit: 100 });
  return { ...asked, enabled: ids.length > 0, placeholderData: keepPreviousData };
}

/** A device's name with whose it is, since many are called "laptop". */
export function deviceName(name: string, email: string | null | undefined): string {
  return email ? `${name} (${email})` : name;
}

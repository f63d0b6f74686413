import { query } from '../../api/query.ts';
import { listQuery } from '../../api/list.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type Topology = Schemas['Topology'];
export type Group = Schemas['TopologyGroup'];
export type Gateway = Schemas['TopologyGateway'];
export type Resource = Schemas['TopologyResource'];
export type Device = Schemas['TopologyDevice'];

/** The picture; the devices of a group besides, if there is one. */
export const picture = (group?: string) =>
  query('/tenants/topology', group ? { query: new URLSearchParams({ group }) } : {});

/** A hundred changes since a moment, the latest first. */
export const changesSince = (since: string, offset: number) =>
  query('/tenants/audit-events', {
    query: listQuery({
      conditions: [{ field: 'createdAt', operator: 'gte', value: since }],
      sort: '-sequence',
      limit: 100,
      offset,
    }),
  });

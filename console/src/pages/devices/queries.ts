import { listQuery, type ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];

export const deviceList = (list: ListQuery) => ({
  ...query('/tenants/devices', { query: listQuery(list) }),
  select: ({ body }: { body: Schemas['DevicePage'] }) => body,
});

export const device = (id: string) => query('/tenants/devices/{id}', { path: { id } });

export const reports = (id: string, limit: number, offset: number) =>
  query('/tenants/devices/{id}/posture-reports', {
    path: { id },
    query: listQuery({ sort: '-createdAt', limit, offset }),
  });

export const reach = (id: string) => (limit: number, offset: number) => ({
  ...query('/tenants/access/matrix', {
    query: new URLSearchParams({ device: id, limit: String(limit), offset: String(offset) }),
  }),
  select: ({ body }: { body: Schemas['ReachPage'] }) => body,
});

export const explanation = (id: string, resource: string) =>
  query('/tenants/access/explain', { query: new URLSearchParams({ device: id, to: resource }) });

export const policiesNaming = (id: string) => (limit: number, offset: number) => ({
  ...query('/tenants/policies', {
    query: listQuery({
      conditions: [{ field: 'devices.id', operator: 'eq', value: id }],
      sort: 'name',
      limit,
      offset,
    }),
  }),
  select: ({ body }: { body: Schemas['PolicyPage'] }) => body,
});

import { useQueries } from '@tanstack/react-query';
import { listQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { useMay } from '../../me/me.ts';

type Schemas = components['schemas'];

export const stepNames = ['people', 'gateway', 'resource', 'policy', 'device'] as const;
export type StepName = (typeof stepNames)[number];

const interval = 2000;
const few = (sort: string) => listQuery({ sort, limit: 100 });
const where = (field: string, operator: 'eq' | 'ne', value: string, sort: string) =>
  listQuery({ conditions: [{ field, operator, value }], sort, limit: 100 });

const queries = [
  query('/tenants/users', { query: listQuery({ sort: 'createdAt', limit: 2 }) }),
  query('/tenants/gateways', { query: few('createdAt') }),
  query('/tenants/resources', { query: few('createdAt') }),
  query('/tenants/policies', { query: where('isDefault', 'eq', 'false', 'createdAt') }),
  query('/tenants/devices', { query: few('-lastConnection') }),
] as const;

/** What the guided first run is made of; a step says how it was done, null: it was not. */
export function useProgress(isFollowed: boolean) {
  const refetchInterval = isFollowed && interval;
  const read = useQueries({
    queries: [
      { ...queries[0], refetchInterval },
      { ...queries[1], refetchInterval },
      queries[2],
      queries[3],
      { ...queries[4], refetchInterval },
    ],
  });
  const [users, gateways, resources, policies, devices] = read;
  const rows = {
    gateways: rowsOf(gateways),
    resources: rowsOf(resources),
    policies: rowsOf(policies),
    devices: rowsOf(devices),
  };
  return {
    isKnown: read.every(({ data }) => data),
    done: doneBy((users.data?.body.total ?? 1) - 1, rows),
    ...rows,
  };
}

function rowsOf<Row>({ data }: { data: { body: { data: Row[] } } | undefined }): Row[] {
  return data?.body.data ?? [];
}

interface Rows {
  gateways: Schemas['Gateway'][];
  resources: Schemas['Resource'][];
  policies: Schemas['Policy'][];
  devices: Schemas['Device'][];
}

const nameOf = (found: { name: string } | undefined) => found?.name ?? null;

const hasConnected = ({ status, lastOnline }: Schemas['Gateway']) =>
  status === 'ONLINE' || lastOnline !== null;

function doneBy(others: number, rows: Rows): Record<StepName, string | null> {
  return {
    people: others > 0 ? String(others) : null,
    gateway: nameOf(rows.gateways.find(hasConnected)),
    resource: nameOf(rows.resources.find(({ gateways }) => gateways.length > 0)),
    policy: nameOf(rows.policies.find(({ type, action }) => type === 'PRIVATE' && action)),
    device: nameOf(rows.devices.find(({ lastConnection }) => lastConnection !== null)),
  };
}

/** Whether I may do all that the first run asks for. */
export function useMaySetUp(): boolean {
  const may = useMay();
  return [
    'UsersController_create',
    'GatewaysController_create',
    'ResourceController_create',
    'PoliciesController_create',
    'DevicesController_findByCriteria',
  ].every(may);
}

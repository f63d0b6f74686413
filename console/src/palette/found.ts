import {
  IconDevices,
  IconLockAccess,
  IconRouter,
  IconServer,
  IconUser,
  IconUsersGroup,
  IconZoomQuestion,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { palette } from '#texts/palette';
import { listQuery } from '../api/list.ts';
import { query } from '../api/query.ts';
import type { components } from '../api/schema.d.ts';
import { withoutUsers } from '../form/things.ts';
import { useMay } from '../me/me.ts';
import type { Command } from './commands.ts';

type Schemas = components['schemas'];

const few = 5;
/** So many letters are asked for at least: fewer are in nearly everything. */
const least = 2;

/** Everything with a name that a text is found in, and what can be asked of the people among it. */
export function useFound(text: string): Command[] {
  const may = useMay();
  const wanted = text.length >= least;
  const list = { search: text, limit: few };
  const asked = { query: listQuery(list) };
  const where = (needs: string) => ({ enabled: wanted && may(needs) });
  const users = useQuery({
    ...query('/tenants/users', asked),
    ...where('UsersController_findAll'),
  });
  const groups = useQuery({
    ...query('/tenants/groups', { query: listQuery(list, withoutUsers) }),
    ...where('GroupsController_findAll'),
  });
  const devices = useQuery({
    ...query('/tenants/devices', asked),
    ...where('DevicesController_findByCriteria'),
  });
  const gateways = useQuery({
    ...query('/tenants/gateways', asked),
    ...where('GatewaysController_findAll'),
  });
  const resources = useQuery({
    ...query('/tenants/resources', asked),
    ...where('ResourceController_findAll'),
  });
  const policies = useQuery({
    ...query('/tenants/policies', asked),
    ...where('PoliciesController_findAll'),
  });
  if (!wanted) return [];
  return [
    ...rowsOf(users).map(asUser),
    ...rowsOf(groups).map(asGroup),
    ...rowsOf(devices).map(asDevice),
    ...rowsOf(gateways).map(asGateway),
    ...rowsOf(resources).map(asResource),
    ...rowsOf(policies).map(asPolicy),
    ...(may('AccessController_explain') ? rowsOf(users).map(asQuestion) : []),
  ];
}

function rowsOf<Row>({ data }: { data: { body: { data: Row[] } } | undefined }): Row[] {
  return data?.body.data ?? [];
}

function asUser({ id, email, firstName, lastName }: Schemas['User']): Command {
  const detail = [firstName, lastName].filter(Boolean).join(' ');
  return { id, section: palette.users, icon: IconUser, to: `/users/${id}`, label: email, detail };
}

function asGroup({ id, name }: Schemas['Group']): Command {
  return { id, section: palette.groups, icon: IconUsersGroup, to: `/groups/${id}`, label: name };
}

function asDevice({ id, name, user }: Schemas['Device']): Command {
  const shown = { label: name, detail: user?.email, icon: IconDevices };
  return { id, section: palette.devices, to: `/devices/${id}`, ...shown };
}

function asGateway({ id, name }: Schemas['Gateway']): Command {
  return { id, section: palette.gateways, icon: IconRouter, to: `/gateways/${id}`, label: name };
}

function asResource({ id, name }: Schemas['Resource']): Command {
  return { id, section: palette.resources, to: `/resources/${id}`, label: name, icon: IconServer };
}

function asPolicy({ id, name, type }: Schemas['Policy']): Command {
  const shown = { label: name, detail: palette.policyTypes[type], icon: IconLockAccess };
  return { id, section: palette.policies, to: `/access/policies/${id}`, ...shown };
}

function asQuestion({ id, email }: Schemas['User']): Command {
  return {
    id: `explain ${id}`,
    section: palette.questions,
    icon: IconZoomQuestion,
    to: `/access/explain?user=${encodeURIComponent(email)}`,
    label: palette.canReach(email),
  };
}

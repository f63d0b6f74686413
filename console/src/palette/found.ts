import { IconDevices, IconServer, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { palette } from '#texts/palette';
import { listQuery } from '../api/list.ts';
import { query } from '../api/query.ts';
import type { components } from '../api/schema.d.ts';
import { useMay } from '../me/me.ts';
import type { Command } from './commands.ts';

type Schemas = components['schemas'];

const few = 5;

/** Users, devices and resources that a text is found in. */
export function useFound(text: string): Command[] {
  const may = useMay();
  const asked = { query: listQuery({ search: text, limit: few }) };
  const wanted = text.length > 1;
  const users = useQuery({
    ...query('/tenants/users', asked),
    enabled: wanted && may('UsersController_findAll'),
  });
  const devices = useQuery({
    ...query('/tenants/devices', asked),
    enabled: wanted && may('DevicesController_findByCriteria'),
  });
  const resources = useQuery({
    ...query('/tenants/resources', asked),
    enabled: wanted && may('ResourceController_findAll'),
  });
  if (!wanted) return [];
  return [
    ...(users.data?.body.data ?? []).map(asUser),
    ...(devices.data?.body.data ?? []).map(asDevice),
    ...(resources.data?.body.data ?? []).map(asResource),
  ];
}

function asUser({ id, email, firstName, lastName }: Schemas['User']): Command {
  const detail = [firstName, lastName].filter(Boolean).join(' ');
  return { id, section: palette.users, icon: IconUser, to: `/users/${id}`, label: email, detail };
}

function asDevice({ id, name, user }: Schemas['Device']): Command {
  const shown = { label: name, detail: user?.email, icon: IconDevices };
  return { id, section: palette.devices, to: `/devices/${id}`, ...shown };
}

function asResource({ id, name }: Schemas['Resource']): Command {
  return { id, section: palette.resources, to: `/resources/${id}`, label: name, icon: IconServer };
}

import { Anchor } from '@mantine/core';
import { IconCircle, IconCircleCheck, type Icon, IconCircleOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { users } from '#texts/users';
import { Empty } from '../../frame/Empty.tsx';
import { Status, type Tone } from '../../status/Status.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { Time } from '../../time/Time.tsx';
import type { User } from './user.ts';

const looks: Record<User['devices'][number]['status'], [Tone, Icon]> = {
  Online: ['ok', IconCircleCheck],
  Offline: ['idle', IconCircle],
  Deactivated: ['idle', IconCircleOff],
};

const columns: PlainColumn<User['devices'][number]>[] = [
  {
    header: users.device,
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/devices/${id}`} size="sm">
        {name}
      </Anchor>
    ),
  },
  {
    header: users.status,
    cell: ({ status }) => (
      <Status
        tone={looks[status][0]}
        icon={looks[status][1]}
        label={users.deviceStatuses[status]}
      />
    ),
  },
  { header: users.version, cell: ({ appVersion }) => appVersion },
  { header: users.lastSeen, cell: ({ lastConnection }) => <Time at={lastConnection} /> },
];

export function UserDevices({ user }: { user: User }) {
  return (
    <PlainTable
      rows={user.devices}
      id={({ id }) => id}
      empty={<Empty title={users.noDevices} hint={users.noDevicesHint} />}
      columns={columns}
    />
  );
}

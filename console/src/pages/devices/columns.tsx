import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { devices } from '#texts/devices';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import { type Device, isWithoutClient, originOf, platformOf, postureOf } from './device.ts';
import { Compliance, DeviceStatus, Ownership } from './marks.tsx';

const { yes, no, unknown, owns } = devices;
const brief = { yes, no, unknown };

export const columns: Column<Device>[] = [
  { id: 'name', header: devices.name, sort: 'name', cell: nameOf, csv: nameOf },
  {
    id: 'owner',
    header: devices.owner,
    sort: 'user.email',
    cell: ({ user }) => <Owner user={user} />,
    csv: ({ user }) => user?.email ?? null,
  },
  {
    id: 'status',
    header: devices.status,
    sort: 'status',
    phone: true,
    cell: ({ status }) => <DeviceStatus status={status} />,
    csv: ({ status }) => devices.statuses[status],
  },
  { id: 'platform', header: devices.platform, cell: platformOf, csv: platformOf },
  {
    id: 'compliant',
    header: devices.compliant,
    sort: 'posture.compliant',
    cell: (device) => <Compliance device={device} brief />,
    csv: (device) => told(brief, postureOf(device)?.compliant),
  },
  {
    id: 'owned',
    header: devices.owned,
    sort: 'owned',
    cell: ({ owned }) => <Ownership owned={owned} />,
    csv: ({ owned }) => told(owns, owned),
  },
  {
    id: 'origin',
    header: devices.origin,
    sort: 'origin.country',
    cell: (device) => <span title={device.origin?.ip}>{originOf(device)}</span>,
    csv: originOf,
  },
  {
    id: 'version',
    header: devices.version,
    sort: 'appVersion',
    cell: versionOf,
    csv: versionOf,
  },
  {
    id: 'lastSeen',
    header: devices.lastSeen,
    sort: 'lastConnection',
    cell: ({ lastConnection }) => <Time at={lastConnection} />,
    csv: ({ lastConnection }) => lastConnection,
  },
  {
    id: 'created',
    header: devices.created,
    sort: 'createdAt',
    optional: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
  {
    id: 'address',
    header: devices.address,
    sort: 'origin.ip',
    optional: true,
    cell: ({ origin }) => origin?.ip,
    csv: ({ origin }) => origin?.ip ?? null,
  },
  {
    id: 'hardwareId',
    header: devices.hardwareId,
    sort: 'hardwareId',
    optional: true,
    cell: ({ hardwareId }) => hardwareId,
    csv: ({ hardwareId }) => hardwareId,
  },
];

function nameOf({ name }: Device): string {
  return name;
}

/** The client's version; what has no client has none. */
function versionOf(device: Device): string | null {
  return isWithoutClient(device) ? null : device.appVersion;
}

function told(words: typeof brief | typeof owns, value: boolean | null | undefined): string {
  if (value === null || value === undefined) return words.unknown;
  return value ? words.yes : words.no;
}

export function Owner({ user }: Pick<Device, 'user'>) {
  if (!user) return <span data-dimmed>{devices.noOwner}</span>;
  return (
    <Anchor component={Link} to={`/users/${user.id}`} size="sm">
      {user.email}
    </Anchor>
  );
}

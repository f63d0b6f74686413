import { Anchor } from '@mantine/core';
import {
  IconCircleCheck,
  type Icon,
  IconPlugConnectedX,
  IconShieldX,
  IconTrash,
  IconVolumeOff,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { sessions } from '#texts/sessions';
import { Status, type Tone } from '../../status/Status.tsx';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import { countryName } from '../devices/device.ts';
import { lasted } from './duration.ts';
import type { Session } from './queries.ts';

const ends: Record<NonNullable<Session['endReason']>, [Tone, Icon]> = {
  DISCONNECTED: ['idle', IconPlugConnectedX],
  SILENT: ['warn', IconVolumeOff],
  DEACTIVATED: ['bad', IconShieldX],
  DELETED: ['bad', IconTrash],
};

export const columns: Column<Session>[] = [
  {
    id: 'agent',
    header: sessions.agent,
    sort: 'agentName',
    cell: ({ agentName }) => agentName,
    csv: ({ agentName }) => agentName,
  },
  {
    id: 'kind',
    header: sessions.kind,
    sort: 'kind',
    cell: ({ kind }) => sessions.kinds[kind],
    csv: ({ kind }) => kind,
  },
  {
    id: 'user',
    header: sessions.user,
    sort: 'userEmail',
    cell: (session) => <Owner session={session} />,
    csv: ({ userEmail }) => userEmail,
  },
  {
    id: 'status',
    header: sessions.status,
    sort: 'status',
    phone: true,
    cell: (session) => <How session={session} />,
    csv: ({ status, endReason }) => endReason ?? status,
  },
  {
    id: 'started',
    header: sessions.started,
    sort: 'startedAt',
    cell: ({ startedAt }) => <Time at={startedAt} />,
    csv: ({ startedAt }) => startedAt,
  },
  {
    id: 'ended',
    header: sessions.ended,
    sort: 'endedAt',
    cell: ({ endedAt }) => <Time at={endedAt} never={sessions.lasts} />,
    csv: ({ endedAt }) => endedAt,
  },
  {
    id: 'duration',
    header: sessions.duration,
    align: 'end',
    phone: true,
    cell: ({ duration }) => lasted(duration),
    csv: ({ duration }) => duration,
  },
  {
    id: 'origin',
    header: sessions.origin,
    sort: 'origin',
    cell: ({ origin }) => origin ?? sessions.unknown,
    csv: ({ origin }) => origin,
  },
  {
    id: 'country',
    header: sessions.country,
    sort: 'country',
    cell: ({ country }) => countryName(country) ?? sessions.unknown,
    csv: ({ country }) => country,
  },
];

function Owner({ session: { userId, userEmail } }: { session: Session }) {
  if (!userId) return <span data-dimmed>{sessions.noUser}</span>;
  return (
    <Anchor component={Link} to={`/users/${userId}`} inherit>
      {userEmail}
    </Anchor>
  );
}

function How({ session: { endReason } }: { session: Session }) {
  if (!endReason) {
    return <Status tone="ok" icon={IconCircleCheck} label={sessions.statuses.ACTIVE} />;
  }
  const [tone, icon] = ends[endReason];
  return <Status tone={tone} icon={icon} label={sessions.reasons[endReason]} />;
}

import { Code } from '@mantine/core';
import { IconClockX } from '@tabler/icons-react';
import { apiKeys } from '#texts/api-keys';
import { Status } from '../../status/Status.tsx';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import type { ApiKey } from './queries.ts';

export const columns: Column<ApiKey>[] = [
  { id: 'name', header: apiKeys.name, sort: 'name', cell: nameOf, csv: nameOf },
  { id: 'role', header: apiKeys.role, sort: 'role', phone: true, cell: roleOf, csv: roleOf },
  {
    id: 'lastUsed',
    header: apiKeys.lastUsed,
    sort: 'lastUsed',
    cell: ({ lastUsed }) => <Time at={lastUsed} />,
    csv: ({ lastUsed }) => lastUsed,
  },
  {
    id: 'expires',
    header: apiKeys.expires,
    sort: 'expiresAt',
    cell: expiry,
    csv: ({ expiresAt }) => expiresAt,
  },
  {
    id: 'sources',
    header: apiKeys.sources,
    cell: sources,
    csv: ({ allowedSources }) => allowedSources.join(' '),
  },
  {
    id: 'created',
    header: apiKeys.created,
    sort: 'createdAt',
    optional: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
];

function nameOf({ name }: ApiKey): string {
  return name;
}

function roleOf({ role }: ApiKey): string {
  return apiKeys.roles[role];
}

function expiry({ expiresAt }: ApiKey) {
  if (expiresAt !== null && new Date(expiresAt) <= new Date()) {
    return <Status tone="bad" icon={IconClockX} label={apiKeys.expired} />;
  }
  return <Time at={expiresAt} />;
}

function sources({ allowedSources }: ApiKey) {
  if (allowedSources.length === 0) return <span data-dimmed>{apiKeys.anywhere}</span>;
  return allowedSources.map((source) => (
    <Code key={source} mr={4}>
      {source}
    </Code>
  ));
}

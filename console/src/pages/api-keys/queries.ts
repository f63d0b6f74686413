import { apiKeys } from '#texts/api-keys';
import type { ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { localPage } from '../../table/local.ts';

export type ApiKey = components['schemas']['ApiKey'];

const reading = {
  text: ({ name, role, allowedSources }: ApiKey) =>
    [name, apiKeys.roles[role], ...allowedSources].join(' '),
  fields: {
    name: ({ name }: ApiKey) => name,
    role: ({ role }: ApiKey) => role,
    lastUsed: ({ lastUsed }: ApiKey) => lastUsed ?? '',
    // What never expires comes last.
    expiresAt: ({ expiresAt }: ApiKey) => expiresAt ?? '~',
    createdAt: ({ createdAt }: ApiKey) => createdAt,
  },
};

export const keyList = (list: ListQuery) => ({
  ...query('/tenants/api-keys'),
  select: ({ body }: { body: ApiKey[] }) => localPage(body, list, reading),
});

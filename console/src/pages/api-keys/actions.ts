import { IconKeyOff } from '@tabler/icons-react';
import { apiKeys } from '#texts/api-keys';
import { del } from '../../api/call.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { notAbove } from '../../me/roles.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { ApiKey } from './queries.ts';

/** What somebody of a role can do to keys. */
export function keyActions(mine: string): RowAction<ApiKey>[] {
  const within = notAbove(mine);
  return [
    {
      id: 'revoke',
      label: apiKeys.revoke,
      icon: IconKeyOff,
      needs: 'ApiKeysController_delete',
      applies: ({ role }) => within.includes(role),
      danger: true,
      run: revoke,
    },
  ];
}

async function revoke(rows: ApiKey[]): Promise<boolean> {
  const sure = await confirm({
    title: apiKeys.revokeTitle(rows.length),
    body: apiKeys.revokeBody,
    action: apiKeys.revoke,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, ({ id }) => del('/tenants/api-keys/{id}', { path: { id } }));
  if (done.length > 0) told(apiKeys.revoked(done.length));
  return done.length > 0;
}

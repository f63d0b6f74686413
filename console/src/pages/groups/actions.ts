import { IconTrash, IconUserMinus } from '@tabler/icons-react';
import { groups } from '#texts/groups';
import { del } from '../../api/call.ts';
import { askIfBroken } from '../../confirm/breaking.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { User } from '../users/user.ts';
import type { Group } from './group.ts';

async function remove(rows: Group[]): Promise<boolean> {
  const sure = await confirm({
    title: groups.removeTitle(rows.length),
    body: groups.removeBody,
    action: groups.remove,
    typed: rows.length === 1 ? (rows[0]?.name ?? groups.removeWord) : groups.removeWord,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, ({ id }) =>
    askIfBroken((ignorePolicyTests) =>
      del('/tenants/groups/{id}', { path: { id }, ignorePolicyTests }),
    ),
  );
  if (done.length > 0) told(groups.removed(done.length));
  return done.length > 0;
}

export const actions: RowAction<Group>[] = [
  {
    id: 'delete',
    label: groups.remove,
    icon: IconTrash,
    needs: 'GroupsController_delete',
    applies: ({ deleteable }) => deleteable,
    danger: true,
    run: remove,
  },
];

/** Take people out of a group, once it is confirmed. */
export async function takeFrom(groupId: string, rows: User[]): Promise<boolean> {
  const sure = await confirm({
    title: groups.takeTitle(rows.length),
    body: groups.takeBody,
    action: groups.takeAction,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, ({ id }) =>
    askIfBroken((ignorePolicyTests) =>
      del('/tenants/users/{id}/groups/{groupId}', { path: { id, groupId }, ignorePolicyTests }),
    ),
  );
  if (done.length > 0) told(groups.taken(done.length));
  return done.length > 0;
}

/** What can be done to the members of a group. */
export function memberActions(groupId: string): RowAction<User>[] {
  return [
    {
      id: 'take',
      label: groups.take,
      icon: IconUserMinus,
      needs: 'UsersController_removeGroup',
      danger: true,
      run: (rows) => takeFrom(groupId, rows),
    },
  ];
}

import {
  IconMailForward,
  IconTrash,
  IconUserCheck,
  IconUserOff,
  IconUsersPlus,
} from '@tabler/icons-react';
import { users } from '#texts/users';
import { del, patch, post } from '../../api/call.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { User } from './user.ts';

const at = ({ id }: User) => ({ path: { id } });

async function deactivate(rows: User[]): Promise<boolean> {
  const sure = await confirm({
    title: users.deactivateTitle(rows.length),
    body: users.deactivateBody,
    action: users.deactivate,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, (row) => patch('/tenants/users/{id}/deactivate', at(row)));
  if (done.length > 0) told(users.deactivated(done.length), () => void reactivate(done));
  return true;
}

async function reactivate(rows: User[]): Promise<boolean> {
  const done = await toEach(rows, (row) => post('/tenants/users/{id}/reactivate', at(row)));
  if (done.length > 0) told(users.reactivated(done.length));
  return true;
}

async function resend(rows: User[]): Promise<boolean> {
  const done = await toEach(rows, (row) => post('/tenants/users/{id}/invite', at(row)));
  if (done.length > 0) told(users.resent(done.length));
  return true;
}

async function remove(rows: User[]): Promise<boolean> {
  const sure = await confirm({
    title: users.removeTitle(rows.length),
    body: users.removeBody,
    action: users.remove,
    typed: rows.length === 1 ? (rows[0]?.email ?? users.removeWord) : users.removeWord,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, (row) => del('/tenants/users/{id}', at(row)));
  if (done.length > 0) told(users.removed(done.length));
  return done.length > 0;
}

/** What can be done to users; `chooseGroup` asks which group they shall join. */
export function userActions(chooseGroup: (rows: User[]) => Promise<boolean>): RowAction<User>[] {
  return [
    {
      id: 'group',
      label: users.addToGroup,
      icon: IconUsersPlus,
      needs: 'UsersController_addGroup',
      run: chooseGroup,
    },
    {
      id: 'resend',
      label: users.resend,
      icon: IconMailForward,
      needs: 'UsersController_invite',
      applies: ({ status }) => status === 'INVITED' || status === 'EXPIRED',
      run: resend,
    },
    {
      id: 'deactivate',
      label: users.deactivate,
      icon: IconUserOff,
      needs: 'UsersController_deactivate',
      applies: ({ status, isOwner }) => status !== 'DEACTIVATED' && !isOwner,
      run: deactivate,
    },
    {
      id: 'reactivate',
      label: users.reactivate,
      icon: IconUserCheck,
      needs: 'UsersController_reactivate',
      applies: ({ status }) => status === 'DEACTIVATED',
      run: reactivate,
    },
    {
      id: 'delete',
      label: users.remove,
      icon: IconTrash,
      needs: 'UsersController_delete',
      applies: ({ isOwner }) => !isOwner,
      danger: true,
      run: remove,
    },
  ];
}

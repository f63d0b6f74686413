import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { groups } from '#texts/groups';
import { useMemo } from 'react';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { useMay } from '../../me/me.ts';
import type { Column } from '../../table/columns.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { Time } from '../../time/Time.tsx';
import { nameOf, type User } from '../users/user.ts';
import { UserStatus } from '../users/UserStatus.tsx';
import { memberActions } from './actions.ts';
import { AddPeople } from './AddPeople.tsx';
import type { Group } from './group.ts';
import { members } from './queries.ts';

const columns: Column<User>[] = [
  { id: 'name', header: groups.name, sort: 'firstName', cell: nameOf, csv: nameOf },
  {
    id: 'email',
    header: groups.email,
    sort: 'email',
    cell: ({ email }) => email,
    csv: ({ email }) => email,
  },
  {
    id: 'status',
    header: groups.status,
    sort: 'status',
    phone: true,
    cell: ({ status }) => <UserStatus status={status} />,
    csv: ({ status }) => status,
  },
  {
    id: 'lastSeen',
    header: groups.lastSeen,
    sort: 'lastConnection',
    cell: ({ lastConnection }) => <Time at={lastConnection} />,
    csv: ({ lastConnection }) => lastConnection,
  },
];

export function GroupMembers({ group }: { group: Group }) {
  const may = useMay();
  const [adding, open, close] = useDoing('add');
  const actions = useMemo(() => memberActions(group.id), [group.id]);
  const add = may('UsersController_addGroup') && (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
      {groups.add}
    </Button>
  );
  return (
    <>
      {group.userCount > 0 && <div style={{ marginBlockEnd: '0.625rem' }}>{add}</div>}
      <DataTable
        what={groups.membersWhat}
        list={members(group.id)}
        columns={columns}
        sort="email"
        name={nameOf}
        link={({ id }) => `/users/${id}`}
        actions={actions}
        empty={<Empty title={groups.noMembers} hint={groups.noMembersHint} action={add} />}
      />
      {adding && <AddPeople group={group} onClose={close} />}
    </>
  );
}

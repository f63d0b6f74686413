import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { users } from '#texts/users';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { columns } from './columns.tsx';
import { useFilters } from './filters.ts';
import { InviteDrawer } from './InviteDrawer.tsx';
import { userList } from './queries.ts';
import { nameOf } from './user.ts';
import { useUserActions } from './useUserActions.tsx';

export default function UsersPage() {
  const may = useMay();
  const filters = useFilters();
  const [actions, dialog] = useUserActions();
  const [inviting, open, close] = useDoing('invite');
  const invite = may('UsersController_create') && (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
      {users.invite}
    </Button>
  );
  return (
    <Page title={users.title} actions={invite}>
      <DataTable
        what={users.what}
        list={userList}
        columns={columns}
        filters={filters}
        sort="email"
        name={nameOf}
        link={({ id }) => `/users/${id}`}
        actions={actions}
        empty={<Empty title={users.empty} hint={users.emptyHint} action={invite} />}
      />
      {dialog}
      {inviting && <InviteDrawer onClose={close} />}
    </Page>
  );
}

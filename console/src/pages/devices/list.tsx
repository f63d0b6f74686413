import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { devices } from '#texts/devices';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { actions } from './actions.ts';
import { columns } from './columns.tsx';
import { filters } from './filters.ts';
import { deviceList } from './queries.ts';

export default function DevicesPage() {
  return (
    <Page title={devices.title}>
      <DataTable
        what={devices.what}
        list={deviceList}
        columns={columns}
        filters={filters}
        sort="name"
        name={({ name }) => name}
        link={({ id }) => `/devices/${id}`}
        actions={actions}
        empty={<Empty title={devices.empty} hint={devices.emptyHint} action={<Begin />} />}
      />
    </Page>
  );
}

function Begin() {
  const may = useMay();
  return (
    <Group gap="xs" justify="center">
      {may('UsersController_create') && (
        <Button component={Link} to="/users" search={{ do: 'invite' } as never} variant="default">
          {devices.inviteUsers}
        </Button>
      )}
      <Button component={Link} to="/my-devices" search={{ do: 'add' } as never}>
        {devices.addOwn}
      </Button>
    </Group>
  );
}

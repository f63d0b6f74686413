import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { gateways } from '#texts/gateways';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { actions } from './actions.ts';
import { columns } from './columns.tsx';
import { CreateGateway } from './CreateGateway.tsx';
import { filters } from './filters.ts';
import { gatewayList } from './queries.ts';

export default function GatewaysPage() {
  const may = useMay();
  const navigate = useNavigate();
  const [creating, open, close] = useDoing('create');
  const create = may('GatewaysController_create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {gateways.create}
    </Button>
  );
  return (
    <Page title={gateways.title} actions={create}>
      <DataTable
        what={gateways.what}
        list={gatewayList}
        columns={columns}
        filters={filters}
        sort="name"
        name={({ name }) => name}
        link={({ id }) => `/gateways/${id}`}
        actions={actions}
        empty={<Empty title={gateways.empty} hint={gateways.emptyHint} action={create} />}
      />
      {creating && (
        <CreateGateway
          onClose={close}
          onMade={({ id }) => void navigate({ to: `/gateways/${id}` })}
        />
      )}
    </Page>
  );
}

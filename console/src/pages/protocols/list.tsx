import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { protocols } from '#texts/protocols';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import type { Filter } from '../../table/columns.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { actions } from './actions.ts';
import { columns } from './columns.tsx';
import { CreateProtocol } from './CreateProtocol.tsx';
import { protocolList } from './queries.ts';

const filters: Filter[] = [
  {
    field: 'type',
    label: protocols.kind,
    kind: 'choices',
    choices: [
      { value: 'CUSTOM', label: protocols.kinds.CUSTOM },
      { value: 'PREDEFINED', label: protocols.kinds.PREDEFINED },
    ],
  },
];

export default function ProtocolsPage() {
  const may = useMay();
  const [creating, open, close] = useDoing('create');
  const create = may('ProtocolController_create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {protocols.create}
    </Button>
  );
  return (
    <Page title={protocols.title} hint={protocols.hint} actions={create}>
      <DataTable
        what={protocols.what}
        list={protocolList}
        columns={columns}
        filters={filters}
        sort="name"
        name={({ name }) => name}
        actions={actions}
        empty={<Empty title={protocols.empty} hint={protocols.emptyHint} action={create} />}
      />
      {creating && create && <CreateProtocol onClose={close} />}
    </Page>
  );
}

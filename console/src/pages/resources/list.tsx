import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { resources } from '#texts/resources';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { actions } from './actions.ts';
import { columns } from './columns.tsx';
import { CreateResource } from './CreateResource.tsx';
import { filters } from './filters.ts';
import { resourceList } from './queries.ts';

export default function ResourcesPage() {
  const may = useMay();
  const navigate = useNavigate();
  const { gateway } = useSearch({ strict: false }) as { gateway?: string };
  const [creating, open, close] = useDoing('create');
  const create = may('ResourceController_create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {resources.create}
    </Button>
  );
  return (
    <Page title={resources.title} actions={create}>
      <DataTable
        what={resources.what}
        list={resourceList}
        columns={columns}
        filters={filters}
        sort="name"
        name={({ name }) => name}
        link={({ id }) => `/resources/${id}`}
        actions={actions}
        empty={<Empty title={resources.empty} hint={resources.emptyHint} action={create} />}
      />
      {creating && (
        <CreateResource
          gateway={gateway}
          onClose={close}
          onMade={({ id }) => void navigate({ to: `/resources/${id}` })}
        />
      )}
    </Page>
  );
}

import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { groups } from '#texts/groups';
import { useMemo } from 'react';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import type { Filter } from '../../table/columns.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { actions } from './actions.ts';
import { columns } from './columns.tsx';
import { CreateGroup } from './GroupDrawer.tsx';
import { groupList, roles } from './queries.ts';

export default function GroupsPage() {
  const may = useMay();
  const navigate = useNavigate();
  const filters = useFilters();
  const [creating, open, close] = useDoing('create');
  const create = may('GroupsController_create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {groups.create}
    </Button>
  );
  return (
    <Page title={groups.title} actions={create}>
      <DataTable
        what={groups.what}
        list={groupList}
        columns={columns}
        filters={filters}
        sort="name"
        name={({ name }) => name}
        link={({ id }) => `/groups/${id}`}
        actions={actions}
        empty={<Empty title={groups.empty} hint={groups.emptyHint} action={create} />}
      />
      {creating && (
        <CreateGroup
          onClose={close}
          onMade={(id) => void navigate({ to: `/groups/${id}`, ignoreBlocker: true })}
        />
      )}
    </Page>
  );
}

function useFilters(): Filter[] {
  const all = useQuery(roles).data?.body;
  return useMemo(() => {
    const choices = (all ?? []).map(({ id, name }) => ({ value: id, label: name }));
    return [{ field: 'roles.id', label: groups.roles, kind: 'choices', choices }];
  }, [all]);
}

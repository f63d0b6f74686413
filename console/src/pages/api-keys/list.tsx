import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { apiKeys } from '#texts/api-keys';
import { useMemo, useState } from 'react';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay, useMe } from '../../me/me.ts';
import type { Filter } from '../../table/columns.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { keyActions } from './actions.ts';
import { columns } from './columns.tsx';
import { CreateDrawer } from './CreateDrawer.tsx';
import { type ApiKey, keyList } from './queries.ts';
import { ShownKey } from './ShownKey.tsx';

const roles = Object.entries(apiKeys.roles).map(([value, label]) => ({ value, label }));
const filters: Filter[] = [{ field: 'role', label: apiKeys.role, kind: 'choices', choices: roles }];

export default function ApiKeysPage() {
  const may = useMay();
  const { role } = useMe();
  const actions = useMemo(() => keyActions(role), [role]);
  const [creating, open, close] = useDoing('create');
  const [made, setMade] = useState<ApiKey | null>(null);
  const create = may('ApiKeysController_create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {apiKeys.create}
    </Button>
  );
  return (
    <Page title={apiKeys.title} hint={apiKeys.hint} actions={create}>
      <DataTable
        what={apiKeys.what}
        list={keyList}
        columns={columns}
        filters={filters}
        sort="name"
        name={({ name }) => name}
        actions={actions}
        empty={<Empty title={apiKeys.empty} hint={apiKeys.emptyHint} action={create} />}
      />
      {creating && create && <CreateDrawer onMade={setMade} onClose={close} />}
      {made && <ShownKey made={made} onClose={() => setMade(null)} />}
    </Page>
  );
}

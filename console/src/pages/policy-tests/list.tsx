import { Button } from '@mantine/core';
import { IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { policyTests } from '#texts/policy-tests';
import { useMemo } from 'react';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import type { Filter } from '../../table/columns.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { actions } from './actions.ts';
import { columns } from './columns.tsx';
import { testList, useOutcomes } from './queries.ts';
import { TestDrawer } from './TestDrawer.tsx';

const choices = Object.entries(policyTests.expects).map(([value, label]) => ({ value, label }));
const filters: Filter[] = [
  { field: 'expect', label: policyTests.expect, kind: 'choices', choices },
];

export default function PolicyTestsPage() {
  const may = useMay();
  const { outcomes, run } = useOutcomes();
  const shown = useMemo(() => columns(outcomes), [outcomes]);
  const [adding, open, close] = useDoing('create');
  const add = may('PolicyTestsController_create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {policyTests.add}
    </Button>
  );
  const again = (
    <Button variant="default" leftSection={<IconPlayerPlay size={15} aria-hidden />} onClick={run}>
      {policyTests.run}
    </Button>
  );
  return (
    <Page
      title={policyTests.title}
      hint={policyTests.hint}
      actions={
        <>
          {again}
          {add}
        </>
      }
    >
      <DataTable
        what={policyTests.what}
        list={testList}
        columns={shown}
        filters={filters}
        sort="name"
        name={({ name }) => name}
        link={({ id }) => `/access/policy-tests/${id}`}
        actions={actions}
        empty={<Empty title={policyTests.empty} hint={policyTests.emptyHint} action={add} />}
      />
      {adding && add && <TestDrawer test={null} onClose={close} />}
    </Page>
  );
}

import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { rules } from '#texts/rules';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { rulePath } from '../policies/policy.ts';
import { columns } from './columns.tsx';
import { ruleList } from './queries.ts';

export default function AdmissionRulesPage() {
  const may = useMay();
  const add = may('AdmissionRulesController_create') && (
    <Button component={Link} to={rulePath('new')} leftSection={<IconPlus size={16} aria-hidden />}>
      {rules.add}
    </Button>
  );
  return (
    <Page title={rules.title} hint={rules.hint} actions={add}>
      <DataTable
        what={rules.what}
        list={ruleList}
        columns={columns}
        sort="name"
        name={({ name }) => name}
        link={({ id }) => rulePath(id)}
        empty={<Empty title={rules.empty} hint={rules.emptyHint} action={add} />}
      />
    </Page>
  );
}

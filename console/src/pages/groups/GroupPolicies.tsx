import { Anchor, Button } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { groups } from '#texts/groups';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Status } from '../../status/Status.tsx';
import { PagedTable } from '../../table/PagedTable.tsx';
import type { PlainColumn } from '../../table/PlainTable.tsx';
import { policiesNaming } from './queries.ts';

const columns: PlainColumn<components['schemas']['Policy']>[] = [
  {
    header: groups.policy,
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/access/policies/${id}`} size="sm">
        {name}
      </Anchor>
    ),
  },
  {
    header: groups.action,
    cell: ({ action }) =>
      action ? (
        <Status tone="ok" icon={IconCircleCheck} label={groups.allow} />
      ) : (
        <Status tone="bad" icon={IconCircleX} label={groups.deny} />
      ),
  },
  { header: groups.kind, cell: ({ type }) => groups.kinds[type] },
];

export function GroupPolicies({ id }: { id: string }) {
  const toPolicies = (
    <Button component={Link} to="/access/private" variant="default">
      {groups.toPolicies}
    </Button>
  );
  return (
    <PagedTable
      list={policiesNaming(id)}
      id={(policy) => policy.id}
      columns={columns}
      empty={<Empty title={groups.noPolicies} hint={groups.noPoliciesHint} action={toPolicies} />}
    />
  );
}

import { Anchor, Button } from '@mantine/core';
import { IconBan, IconCircleCheck } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { resources } from '#texts/resources';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Status } from '../../status/Status.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { policiesOf } from './queries.ts';
import { policyPages, type Resource } from './resource.ts';

type Policy = components['schemas']['Policy'];

const columns: PlainColumn<Policy>[] = [
  {
    header: resources.policy,
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/access/policies/${id}`} size="sm">
        {name}
      </Anchor>
    ),
  },
  {
    header: resources.action,
    cell: ({ action }) =>
      action ? (
        <Status tone="ok" icon={IconCircleCheck} label={resources.actions.allow} />
      ) : (
        <Status tone="bad" icon={IconBan} label={resources.actions.deny} />
      ),
  },
  {
    header: resources.groups,
    cell: ({ allGroups, allUsers, groups, users }) =>
      allGroups || allUsers
        ? resources.everybody
        : [...groups.map(({ name }) => name), ...users.map(({ email }) => email)].join(', '),
  },
];

/** The policies that name a resource, in their order. */
export function ResourcePolicies({ resource }: { resource: Resource }) {
  const { data } = useSuspenseQuery(policiesOf(resource.id));
  const go = (
    <Button component={Link} to={policyPages[resource.type]} variant="default">
      {resources.toPolicies}
    </Button>
  );
  return (
    <PlainTable
      rows={data.body.data}
      id={({ id }) => id}
      columns={columns}
      empty={<Empty title={resources.noPolicies} hint={resources.noPoliciesHint} action={go} />}
    />
  );
}

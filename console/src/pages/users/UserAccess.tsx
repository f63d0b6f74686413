import { Anchor } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { users } from '#texts/users';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { reach } from './queries.ts';

const linkTo = (noun: string, thing: { id: string; name: string }) => (
  <Anchor component={Link} to={`/${noun}/${thing.id}`} size="sm">
    {thing.name}
  </Anchor>
);

const columns: PlainColumn<components['schemas']['Reach']>[] = [
  { header: users.device, cell: ({ device }) => linkTo('devices', device) },
  { header: users.resource, cell: ({ resource }) => linkTo('resources', resource) },
  { header: users.gateway, cell: ({ gateway }) => linkTo('gateways', gateway) },
  { header: users.extent, cell: ({ whole }) => (whole ? users.whole : users.part) },
];

export function UserAccess({ id }: { id: string }) {
  const { data } = useSuspenseQuery(reach(id));
  return (
    <PlainTable
      rows={data.body.data}
      id={({ device, resource, gateway }) => `${device.id} ${resource.id} ${gateway.id}`}
      empty={<Empty title={users.noAccess} hint={users.noAccessHint} />}
      columns={columns}
    />
  );
}

import { Anchor, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { resources } from '#texts/resources';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { reachOf } from './queries.ts';

const linkTo = (to: string, name: string) => (
  <Anchor component={Link} to={to} size="sm">
    {name}
  </Anchor>
);

const columns: PlainColumn<components['schemas']['Reach']>[] = [
  { header: resources.user, cell: ({ user }) => linkTo(`/users/${user.id}`, user.email) },
  { header: resources.device, cell: ({ device }) => linkTo(`/devices/${device.id}`, device.name) },
  {
    header: resources.gateway,
    cell: ({ gateway }) => linkTo(`/gateways/${gateway.id}`, gateway.name),
  },
  { header: resources.extent, cell: ({ whole }) => (whole ? resources.whole : resources.part) },
];

/** Who reaches a resource now. */
export function ResourceAccess({ id }: { id: string }) {
  const { data, total } = useSuspenseQuery(reachOf(id)).data.body;
  return (
    <>
      <PlainTable
        rows={data}
        id={({ device, gateway }) => `${device.id} ${gateway.id}`}
        columns={columns}
        empty={<Empty title={resources.nobody} hint={resources.nobodyHint} />}
      />
      {total > data.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {resources.shown(data.length, total)}
        </Text>
      )}
    </>
  );
}

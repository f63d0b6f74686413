import { Anchor, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { topology as texts } from '#texts/topology';
import { Empty } from '../../frame/Empty.tsx';
import { Status } from '../../status/Status.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { type Health, healthOf, reachOf } from './health.ts';
import { healthLooks, reachLooks } from './looks.ts';
import type { Gateway, Group, Resource, Topology } from './queries.ts';

const link = (to: string, name: string) => (
  <Anchor component={Link} to={to} inherit>
    {name}
  </Anchor>
);

const keyOf = (row: { id: string }) => row.id;

const status = (look: (typeof healthLooks)[Health]) => <Status {...look} />;

const through = (names: string[]) => names.join(', ') || texts.nowhere;

/** The picture in words. */
export function Tables({ topology }: { topology: Topology }) {
  const gateways = new Map(topology.gateways.map((each) => [each.id, each]));
  const nameOf = (id: string) => gateways.get(id)?.name ?? id;
  const groups: PlainColumn<Group>[] = [
    { header: texts.group, cell: ({ id, name }) => link(`/groups/${id}`, name) },
    { header: texts.devices, cell: ({ online, total }) => texts.online(online, total) },
    {
      header: texts.through,
      cell: ({ gateways: ways }) =>
        through(
          ways.map(({ gatewayId, online, total }) =>
            texts.throughOne(nameOf(gatewayId), online, total),
          ),
        ),
    },
  ];
  const sites: PlainColumn<Gateway>[] = [
    { header: texts.gateway, cell: ({ id, name }) => link(`/gateways/${id}`, name) },
    { header: texts.status, cell: (gateway) => status(healthLooks[healthOf(gateway)]) },
  ];
  const resources: PlainColumn<Resource>[] = [
    { header: texts.resourceName, cell: ({ id, name }) => link(`/resources/${id}`, name) },
    {
      header: texts.status,
      cell: (resource) => status(reachLooks[reachOf(resource, gateways)]),
    },
    { header: texts.through, cell: ({ gatewayIds }) => through(gatewayIds.map(nameOf)) },
  ];
  const empty = <Empty hint={texts.empty} />;
  return (
    <>
      <Title order={2}>{texts.tables.groups}</Title>
      <PlainTable rows={topology.groups} id={keyOf} columns={groups} empty={empty} />
      <Title order={2}>{texts.tables.gateways}</Title>
      <PlainTable rows={topology.gateways} id={keyOf} columns={sites} empty={empty} />
      <Title order={2}>{texts.tables.resources}</Title>
      <PlainTable rows={topology.resources} id={keyOf} columns={resources} empty={empty} />
    </>
  );
}

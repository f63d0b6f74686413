import { Anchor } from '@mantine/core';
import { IconUnlink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { resources } from '#texts/resources';
import { Empty } from '../../frame/Empty.tsx';
import { Facts } from '../../frame/Facts.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { Time } from '../../time/Time.tsx';
import { GatewayStatus } from '../gateways/GatewayStatus.tsx';
import type { Resource } from './resource.ts';
import classes from './resources.module.css';

const addressColumns: PlainColumn<Resource['addresses'][number]>[] = [
  { header: resources.address, cell: ({ address }) => address },
  {
    header: resources.protocols,
    cell: ({ protocols }) =>
      protocols.map(({ name }) => name).join(', ') || (
        <span data-dimmed>{resources.anyProtocol}</span>
      ),
  },
];

const gatewayColumns: PlainColumn<Resource['gateways'][number]>[] = [
  {
    header: resources.gateway,
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/gateways/${id}`} size="sm">
        {name}
      </Anchor>
    ),
  },
  { header: resources.status, cell: ({ status }) => <GatewayStatus status={status} /> },
];

export function ResourceDetails({ resource }: { resource: Resource }) {
  const trouble = troubleOf(resource);
  return (
    <div className={classes['details']}>
      <div className={classes['lists']}>
        {trouble && (
          <div className={classes['trouble']} role="note">
            <IconUnlink size={17} aria-hidden />
            <div>
              <strong>{trouble[0]}</strong>
              <div>{trouble[1]}</div>
            </div>
          </div>
        )}
        <PlainTable
          rows={resource.addresses}
          id={({ id }) => id}
          columns={addressColumns}
          empty={null}
        />
        <PlainTable
          rows={resource.gateways}
          id={({ id }) => id}
          columns={gatewayColumns}
          empty={<Empty title={resources.noGateway} hint={resources.noGatewayHint} />}
        />
      </div>
      <Facts
        facts={[
          [resources.type, resources.types[resource.type]],
          [resources.description, resource.description ?? <span data-dimmed>–</span>],
          [resources.loadBalancing, resources.modes[resource.loadBalancingMode]],
          [resources.created, <Time key="created" at={resource.createdAt} />],
        ]}
      />
    </div>
  );
}

function troubleOf({ status, gateways }: Resource): [string, string] | null {
  if (status === 'ONLINE' || gateways.length === 0) return null;
  return [resources.gatewaysOffline, resources.gatewaysOfflineHint];
}

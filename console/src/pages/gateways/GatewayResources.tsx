import { Anchor, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { gateways } from '#texts/gateways';
import { Empty } from '../../frame/Empty.tsx';
import { useMay } from '../../me/me.ts';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import type { Gateway } from './gateway.ts';

const columns: PlainColumn<{ id: string; name: string }>[] = [
  {
    header: gateways.name,
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/resources/${id}`} size="sm">
        {name}
      </Anchor>
    ),
  },
];

export function GatewayResources({ gateway }: { gateway: Gateway }) {
  const may = useMay();
  const add = may('ResourceController_create') && (
    <Button component={Link} to="/resources?do=create" variant="default">
      {gateways.addResource}
    </Button>
  );
  return (
    <PlainTable
      rows={gateway.resources ?? []}
      id={({ id }) => id}
      columns={columns}
      empty={<Empty title={gateways.noResources} hint={gateways.noResourcesHint} action={add} />}
    />
  );
}

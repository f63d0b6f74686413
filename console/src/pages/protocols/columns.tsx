import { protocols } from '#texts/protocols';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import { portsOf, type Protocol } from './protocol.ts';

export const columns: Column<Protocol>[] = [
  { id: 'name', header: protocols.name, sort: 'name', cell: nameOf, csv: nameOf },
  { id: 'ports', header: protocols.ports, phone: true, cell: portsOf, csv: portsOf },
  { id: 'kind', header: protocols.kind, sort: 'type', cell: kindOf, csv: kindOf },
  {
    id: 'created',
    header: protocols.created,
    sort: 'createdAt',
    optional: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
];

function nameOf({ name }: Protocol): string {
  return name;
}

function kindOf({ type }: Protocol): string {
  return protocols.kinds[type];
}

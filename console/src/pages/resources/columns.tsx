import { resources } from '#texts/resources';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import type { Resource } from './resource.ts';
import { ResourceStatus } from './ResourceStatus.tsx';

const addresses = ({ addresses: all }: Resource) => all.map(({ address }) => address).join(', ');
const gateways = ({ gateways: all }: Resource) => all.map(({ name }) => name).join(', ');

export const columns: Column<Resource>[] = [
  {
    id: 'name',
    header: resources.name,
    sort: 'name',
    cell: ({ name }) => name,
    csv: ({ name }) => name,
  },
  {
    id: 'type',
    header: resources.type,
    sort: 'type',
    cell: ({ type }) => resources.types[type],
    csv: ({ type }) => resources.types[type],
  },
  { id: 'addresses', header: resources.addresses, cell: addresses, csv: addresses },
  { id: 'gateways', header: resources.gateways, cell: gateways, csv: gateways },
  {
    id: 'status',
    header: resources.status,
    sort: 'status',
    phone: true,
    cell: (resource) => <ResourceStatus resource={resource} />,
    csv: ({ status, gateways: all }) =>
      all.length === 0 ? resources.noGateway : resources.statuses[status],
  },
  {
    id: 'description',
    header: resources.description,
    sort: 'description',
    optional: true,
    cell: ({ description }) => description,
    csv: ({ description }) => description,
  },
  {
    id: 'mode',
    header: resources.loadBalancing,
    sort: 'loadBalancingMode',
    optional: true,
    cell: ({ loadBalancingMode }) => resources.modes[loadBalancingMode],
    csv: ({ loadBalancingMode }) => resources.modes[loadBalancingMode],
  },
  {
    id: 'created',
    header: resources.created,
    sort: 'createdAt',
    optional: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
];

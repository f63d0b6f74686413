import { gateways } from '#texts/gateways';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import type { Gateway } from './gateway.ts';
import { GatewayStatus } from './GatewayStatus.tsx';
import { Revision } from './Revision.tsx';

const relay = ({ relayEnabled }: Gateway) => (relayEnabled ? gateways.on : gateways.off);

export const columns: Column<Gateway>[] = [
  {
    id: 'name',
    header: gateways.name,
    sort: 'name',
    cell: ({ name }) => name,
    csv: ({ name }) => name,
  },
  {
    id: 'status',
    header: gateways.status,
    sort: 'status',
    phone: true,
    cell: ({ status }) => <GatewayStatus status={status} />,
    csv: ({ status }) => gateways.statuses[status],
  },
  {
    id: 'endpoint',
    header: gateways.endpoint,
    sort: 'endpoint',
    cell: ({ endpoint }) => endpoint ?? <span data-dimmed>{gateways.notKnown}</span>,
    csv: ({ endpoint }) => endpoint,
  },
  {
    id: 'port',
    header: gateways.port,
    sort: 'wireguardPort',
    optional: true,
    cell: ({ wireguardPort }) => wireguardPort,
    csv: ({ wireguardPort }) => wireguardPort,
  },
  {
    id: 'revision',
    header: gateways.revision,
    sort: 'enforcedRevision',
    cell: (gateway) => <Revision gateway={gateway} />,
    csv: ({ enforcedRevision }) => enforcedRevision,
  },
  {
    id: 'resources',
    header: gateways.resources,
    align: 'end',
    cell: ({ resources }) => resources?.length ?? 0,
    csv: ({ resources }) => resources?.length ?? 0,
  },
  { id: 'relay', header: gateways.relay, sort: 'relayEnabled', cell: relay, csv: relay },
  {
    id: 'lastOnline',
    header: gateways.lastOnline,
    sort: 'lastOnline',
    cell: ({ lastOnline }) => <Time at={lastOnline} />,
    csv: ({ lastOnline }) => lastOnline,
  },
  {
    id: 'created',
    header: gateways.created,
    sort: 'createdAt',
    optional: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
];

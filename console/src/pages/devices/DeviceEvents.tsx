import { devices } from '#texts/devices';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { PagedTable } from '../../table/PagedTable.tsx';
import type { PlainColumn } from '../../table/PlainTable.tsx';
import { Time } from '../../time/Time.tsx';
import { events } from './queries.ts';

const columns: PlainColumn<components['schemas']['AuditEvent']>[] = [
  { header: devices.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { header: devices.who, cell: ({ actor }) => actor.name },
  { header: devices.operation, cell: ({ operation }) => operation },
];

export function DeviceEvents({ id }: { id: string }) {
  return (
    <PagedTable
      list={events(id)}
      id={(event) => event.id}
      columns={columns}
      empty={<Empty title={devices.noEvents} hint={devices.noEventsHint} />}
    />
  );
}

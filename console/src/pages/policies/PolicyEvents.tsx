import { useSuspenseQuery } from '@tanstack/react-query';
import { policies } from '#texts/policies';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { Time } from '../../time/Time.tsx';
import { events } from './queries.ts';

const columns: PlainColumn<components['schemas']['AuditEvent']>[] = [
  { header: policies.eventWhen, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { header: policies.eventWho, cell: ({ actor }) => actor.name },
  { header: policies.eventWhat, cell: ({ operation }) => operation },
];

export function PolicyEvents({ id }: { id: string }) {
  const { data } = useSuspenseQuery(events(id));
  return (
    <PlainTable
      rows={data.body.data}
      id={(event) => event.id}
      empty={<Empty title={policies.noEvents} hint={policies.noEventsHint} />}
      columns={columns}
    />
  );
}

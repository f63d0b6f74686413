import { useSuspenseQuery } from '@tanstack/react-query';
import { history } from '#texts/history';
import { Empty } from '../frame/Empty.tsx';
import { type PlainColumn, PlainTable } from '../table/PlainTable.tsx';
import { Time } from '../time/Time.tsx';
import { type AuditEvent, fieldChanges, verbOf } from './deed.ts';
import { eventsOf } from './queries.ts';

const columns: PlainColumn<AuditEvent>[] = [
  { header: history.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { header: history.who, cell: ({ actor }) => actor.name },
  { header: history.what, cell: verbOf },
  {
    header: history.changed,
    cell: (event) =>
      event.before && event.after
        ? fieldChanges(event)
            .map(({ field }) => field)
            .join(', ')
        : history.nothing,
  },
];

/** What was done to one thing. */
export function Events({ id }: { id: string }) {
  const { data } = useSuspenseQuery(eventsOf(id));
  return (
    <PlainTable
      rows={data.body.data}
      id={(event) => event.id}
      empty={<Empty title={history.empty} hint={history.emptyHint} />}
      columns={columns}
    />
  );
}

import { auditLog } from '#texts/audit-log';
import { history } from '#texts/history';
import { useMemo } from 'react';
import { Empty } from '../frame/Empty.tsx';
import { PagedTable } from '../table/PagedTable.tsx';
import type { PlainColumn } from '../table/PlainTable.tsx';
import { Time } from '../time/Time.tsx';
import { type AuditEvent, fieldChanges } from './deed.ts';
import { eventsOf } from './queries.ts';

const columns: PlainColumn<AuditEvent>[] = [
  { header: history.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { header: history.who, cell: ({ actor }) => actor.name },
  { header: history.what, cell: ({ operation }) => auditLog.operation(operation) },
  { header: history.changed, cell: changed },
];

/** What was done to one thing, the newest first. */
export function Events({ id }: { id: string }) {
  const list = useMemo(() => eventsOf(id), [id]);
  return (
    <PagedTable
      list={list}
      id={(event) => event.id}
      empty={<Empty title={history.empty} hint={history.emptyHint} />}
      columns={columns}
    />
  );
}

function changed(event: AuditEvent): string {
  if (!event.before || !event.after) return history.nothing;
  const fields = fieldChanges(event).map(({ field }) => field);
  return fields.join(', ');
}

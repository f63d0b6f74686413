import { auditLog } from '#texts/audit-log';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import { Actor, Target } from './links.tsx';
import type { AuditEvent } from './queries.ts';

export const columns: Column<AuditEvent>[] = [
  { id: 'operation', header: auditLog.did, sort: 'operation', cell: words, csv: words },
  {
    id: 'target',
    header: auditLog.target,
    sort: 'target.name',
    cell: (event) => <Target event={event} />,
    csv: ({ target }) => `${target.kind} ${target.name}`,
  },
  {
    id: 'actor',
    header: auditLog.who,
    sort: 'actor.name',
    cell: ({ actor }) => <Actor actor={actor} />,
    csv: ({ actor }) => `${actor.kind} ${actor.name}`,
  },
  {
    id: 'when',
    header: auditLog.when,
    sort: 'sequence',
    phone: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
  {
    id: 'origin',
    header: auditLog.from,
    cell: ({ origin }) => origin ?? <span data-dimmed>{auditLog.system}</span>,
    csv: ({ origin }) => origin,
  },
  {
    id: 'revision',
    header: auditLog.revision,
    sort: 'revision',
    align: 'end',
    optional: true,
    cell: ({ revision }) => revision,
    csv: ({ revision }) => revision,
  },
];

function words({ operation }: AuditEvent): string {
  return auditLog.operation(operation);
}

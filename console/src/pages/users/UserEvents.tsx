import { useSuspenseQuery } from '@tanstack/react-query';
import { auditLog } from '#texts/audit-log';
import { users } from '#texts/users';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { Time } from '../../time/Time.tsx';
import { events } from './queries.ts';

const columns: PlainColumn<components['schemas']['AuditEvent']>[] = [
  { header: users.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { header: users.who, cell: ({ actor }) => actor.name },
  { header: users.operation, cell: ({ operation }) => auditLog.operation(operation) },
];

export function UserEvents({ id }: { id: string }) {
  const { data } = useSuspenseQuery(events(id));
  return (
    <PlainTable
      rows={data.body.data}
      id={(event) => event.id}
      empty={<Empty title={users.noEvents} hint={users.noEventsHint} />}
      columns={columns}
    />
  );
}

import { Code, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { auditLog } from '#texts/audit-log';
import { common } from '#texts/common';
import { SideDialog } from '../../frame/dialogs.tsx';
import { Empty } from '../../frame/Empty.tsx';
import { Facts } from '../../frame/Facts.tsx';
import { exact } from '../../time/relative.ts';
import { Changes } from './Changes.tsx';
import { Actor, Target } from './links.tsx';
import { type AuditEvent, event as eventQuery } from './queries.ts';

/** One event of the log, whole. */
export function EventDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error } = useQuery(eventQuery(id));
  const event = data?.body.data[0];
  return (
    <SideDialog
      size="lg"
      onClose={onClose}
      title={event ? auditLog.operation(event.operation) : auditLog.title}
    >
      {event && <Whole event={event} />}
      {(error || (data && !event)) && (
        <Empty hint={error?.message ?? common.nothingHere} title={common.failed} />
      )}
    </SideDialog>
  );
}

function Whole({ event }: { event: AuditEvent }) {
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [auditLog.target, <Target key="target" event={event} />],
          [auditLog.who, <Actor key="actor" actor={event.actor} />],
          [auditLog.when, exact(new Date(event.createdAt))],
          [auditLog.from, event.origin ?? auditLog.system],
          [auditLog.id, <Code key="operation">{event.operation}</Code>],
          [auditLog.sequence, event.sequence],
          [auditLog.revision, event.revision],
          [auditLog.hash, <Code key="hash">{event.hash}</Code>],
        ]}
      />
      <Title order={3}>{auditLog.changes}</Title>
      <Changes event={event} />
    </Stack>
  );
}

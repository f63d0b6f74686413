import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { auditLog } from '#texts/audit-log';
import { history } from '#texts/history';
import { type AuditEvent, pageOf } from './deed.ts';

/** What was done to what, and by whom, in one line, with a link to what is still there. */
export function Deed({ event }: { event: AuditEvent }) {
  const { operation, actor, target } = event;
  const to = pageOf(event);
  return (
    <>
      <strong>{auditLog.operation(operation)}</strong>{' '}
      {to ? (
        <Anchor component={Link} to={to} inherit underline="always">
          {target.name}
        </Anchor>
      ) : (
        target.name
      )}
      {actor.id !== target.id && <span data-dimmed> {history.by(actor.name)}</span>}
    </>
  );
}

import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type AuditEvent, pageOf, verbOf } from './deed.ts';

/** Who did what to what, in one line, with a link to what is still there. */
export function Deed({ event }: { event: AuditEvent }) {
  const to = pageOf(event);
  return (
    <>
      <strong>{event.actor.name}</strong> {verbOf(event)} {event.target.kind}{' '}
      {to ? (
        <Anchor component={Link} to={to} inherit underline="always">
          {event.target.name}
        </Anchor>
      ) : (
        event.target.name
      )}
    </>
  );
}

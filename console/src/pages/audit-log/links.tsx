import { Anchor, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { auditLog } from '#texts/audit-log';
import type { AuditEvent } from './queries.ts';

const pages: Record<string, (id: string) => string> = {
  user: (id) => `/users/${id}`,
  group: (id) => `/groups/${id}`,
  device: (id) => `/devices/${id}`,
  gateway: (id) => `/gateways/${id}`,
  resource: (id) => `/resources/${id}`,
  protocol: () => '/protocols',
  policy: (id) => `/access/policies/${id}`,
  'admission rule': (id) => `/access/admission-rules/${id}`,
  'policy test': (id) => `/access/policy-tests/${id}`,
  'api key': () => '/settings/api-keys',
  key: () => '/settings/api-keys',
  tenant: () => '/settings/general',
  'owned devices': () => '/settings/general',
};

type Named = AuditEvent['target'];

function linked({ kind, id, name }: Named) {
  const to = pages[kind]?.(id ?? '');
  if (!to) return <span>{name}</span>;
  return (
    <Anchor component={Link} to={to} size="sm">
      {name}
    </Anchor>
  );
}

/** Who did it; what is no person says what it is. */
export function Actor({ actor }: { actor: AuditEvent['actor'] }) {
  if (actor.kind === 'user') return linked(actor);
  return (
    <Group gap={6} wrap="nowrap">
      {linked(actor)}
      <span data-dimmed>{auditLog.actorKinds[actor.kind] ?? actor.kind}</span>
    </Group>
  );
}

/** What it was done to, with a way there unless it is gone by that. */
export function Target({ event: { target, before, after } }: { event: AuditEvent }) {
  const isGone = before !== null && after === null;
  return (
    <Group gap={6} wrap="nowrap">
      {isGone ? <span>{target.name}</span> : linked(target)}
      <span data-dimmed>{auditLog.targetKinds[target.kind] ?? target.kind}</span>
    </Group>
  );
}

import { auditLog } from '#texts/audit-log';
import type { Filter } from '../../table/columns.ts';

const choices = (texts: Record<string, string>) =>
  Object.entries(texts).map(([value, label]) => ({ value, label }));

export const filters: Filter[] = [
  { field: 'actor.name', label: auditLog.actor, kind: 'text' },
  {
    field: 'actor.kind',
    label: auditLog.actorKind,
    kind: 'choices',
    choices: choices(auditLog.actorKinds),
  },
  {
    field: 'operation',
    label: auditLog.did,
    kind: 'choices',
    choices: choices(auditLog.operations),
  },
  {
    field: 'target.kind',
    label: auditLog.targetKind,
    kind: 'choices',
    choices: choices(auditLog.targetKinds),
  },
  { field: 'target.name', label: auditLog.targetName, kind: 'text' },
  { field: 'origin', label: auditLog.from, kind: 'text', placeholder: '203.0.113.7' },
];

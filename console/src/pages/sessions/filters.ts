import { sessions } from '#texts/sessions';
import type { Filter } from '../../table/columns.ts';

const choices = (texts: Record<string, string>) =>
  Object.entries(texts).map(([value, label]) => ({ value, label }));

export const filters: Filter[] = [
  { field: 'status', label: sessions.status, kind: 'choices', choices: choices(sessions.statuses) },
  { field: 'kind', label: sessions.kind, kind: 'choices', choices: choices(sessions.kinds) },
  {
    field: 'endReason',
    label: sessions.reason,
    kind: 'choices',
    choices: choices(sessions.reasons),
  },
  { field: 'userEmail', label: sessions.user, kind: 'text' },
  { field: 'agentName', label: sessions.agent, kind: 'text' },
  { field: 'origin', label: sessions.origin, kind: 'text', placeholder: '203.0.113.7' },
  {
    field: 'country',
    label: sessions.country,
    kind: 'text',
    placeholder: sessions.countryHint,
  },
];

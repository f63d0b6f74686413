import { history } from '#texts/history';
import type { components } from '../api/schema.d.ts';

export type AuditEvent = components['schemas']['AuditEvent'];

const pages: Record<string, string> = {
  user: '/users',
  group: '/groups',
  device: '/devices',
  gateway: '/gateways',
  resource: '/resources',
  policy: '/access/policies',
  'admission rule': '/access/admission-rules',
  'policy test': '/access/policy-tests',
};

/** Where what an event is about has its page; null for what is gone or has none. */
export function pageOf({ target, after }: Pick<AuditEvent, 'target'> & { after: object | null }) {
  const page = pages[target.kind];
  return page && target.id && after ? `${page}/${target.id}` : null;
}

export interface FieldChange {
  field: string;
  before: string;
  after: string;
}

type Side = Record<string, unknown> | null;

/** An event's changed fields, as texts. */
export function fieldChanges({ before, after }: { before: Side; after: Side }): FieldChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields].map((field) => {
    const at = (side: Side) => told(side?.[field]);
    return { field, before: at(before), after: at(after) };
  });
}

function told(value: unknown): string {
  if (value === null || value === undefined || value === '') return history.nothing;
  if (Array.isArray(value)) return value.map(told).join(', ') || history.nothing;
  if (typeof value !== 'object') return String(value);
  const thing = value as Record<string, unknown>;
  return String(thing['name'] ?? thing['email'] ?? thing['address'] ?? JSON.stringify(value));
}

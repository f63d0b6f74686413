import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';

export type Access = components['schemas']['Access'];
export type Finding = components['schemas']['Finding'];

/** A question as it stands in the address. */
export interface Question {
  user?: string;
  device?: string;
  to?: string;
  /** A moment with its zone; none: now. */
  at?: string;
}

export const explanation = (question: Question) =>
  query('/tenants/access/explain', {
    query: new URLSearchParams(Object.entries(question).filter(([, value]) => value)),
  });

export const device = (id: string) => query('/tenants/devices/{id}', { path: { id } });

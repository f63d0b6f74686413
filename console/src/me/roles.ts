import type { components } from '../api/schema.d.ts';

export type Role = components['schemas']['ApiKey']['role'];

/** The most privileged first. */
const privilege: readonly Role[] = [
  'OWNER',
  'ADMIN',
  'AUDITOR',
  'SUPPORT',
  'BILLING',
  'DEFAULT',
  'BASIC',
];

/** The roles that may not do more than this one; what it may give, and take. */
export function notAbove(role: string): readonly Role[] {
  return privilege.slice(Math.max(0, privilege.indexOf(role as Role)));
}

import { users } from '#texts/users';
import type { components } from '../../api/schema.d.ts';

export type User = components['schemas']['User'];

/** What a person is called: their name, or else their email address. */
export function nameOf(user: Pick<User, 'firstName' | 'lastName' | 'email'>): string {
  return [user.firstName, user.lastName].filter(Boolean).join(' ') || user.email;
}

/** The role that says what they may do. */
export function roleOf(user: User): string {
  return user.roles[0]?.name ?? users.member;
}

import { expect, test } from 'vitest';
import { concerns } from './kinds.ts';

test('a list is read again when what it shows changed, and only then', () => {
  expect(concerns('/tenants/users/{id}', new Set(['group']))).toBe(true);
  expect(concerns('/tenants/users', new Set(['gateway']))).toBe(false);
});

test('what is not known to be made of few things is made of all', () => {
  expect(concerns('/tenants/audit-events', new Set(['protocol']))).toBe(true);
});

test('a star is everything', () => {
  expect(concerns('/tenants/users', new Set(['*']))).toBe(true);
});

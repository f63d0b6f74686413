import { expect, test } from 'vitest';
import { expiresAt } from './expiry.ts';

const now = new Date('2026-01-31T12:00:00Z');

test('a key expires some days from now, or never', () => {
  expect(expiresAt('never', '', now)).toBeNull();
  expect(expiresAt('30', '', now)?.slice(0, 10)).toBe('2026-03-02');
});

test('a key still works on the last day, as its maker counts days', () => {
  expect(expiresAt('date', '2026-02-28', now)).toBe(new Date('2026-03-01T00:00:00').toISOString());
});

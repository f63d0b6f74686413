import { expect, test } from 'vitest';
import { relative } from './relative.ts';

const now = new Date('2026-11-24T12:00:00Z');

test.each([
  ['2026-11-24T11:59:40Z', 'now'],
  ['2026-11-24T11:57:00Z', '3 minutes ago'],
  ['2026-11-24T09:30:00Z', '2 hours ago'],
  ['2026-11-23T11:00:00Z', 'yesterday'],
  ['2026-12-08T12:00:00Z', 'in 2 weeks'],
  ['2024-11-01T12:00:00Z', '2 years ago'],
])('%s is %s', (moment, words) => {
  expect(relative(new Date(moment), now)).toBe(words);
});

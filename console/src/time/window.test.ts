import { expect, test } from 'vitest';
import { within } from './window.ts';

const now = new Date('2026-11-24T12:00:00Z');

test('a length reaches back from now', () => {
  expect(within('createdAt', { window: '24h' }, now)).toEqual([
    { field: 'createdAt', operator: 'gte', value: '2026-11-23T12:00:00.000Z' },
  ]);
});

test('a custom window has one end or both', () => {
  const from = new Date('2026-11-01T10:00').toISOString();
  expect(within('at', { window: 'custom', from: '2026-11-01T10:00', to: '' }, now)).toEqual([
    { field: 'at', operator: 'gte', value: from },
  ]);
});

test.each([{}, { window: 'ever' }, { window: 'custom', from: 'x' }])('%o is any time', (any) => {
  expect(within('at', any, now)).toEqual([]);
});

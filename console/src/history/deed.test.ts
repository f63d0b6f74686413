import { expect, test } from 'vitest';
import { fieldChanges, pageOf } from './deed.ts';

test('what is gone has no page', () => {
  const target = { kind: 'gateway', id: '7', name: 'Office' };
  expect(pageOf({ target, after: {} })).toBe('/gateways/7');
  expect(pageOf({ target, after: null })).toBeNull();
});

test('fields are told side by side, things by their names', () => {
  const before = { name: 'Wiki', gateways: [] };
  const after = { name: 'Docs', gateways: [{ id: '7', name: 'Office' }] };
  expect(fieldChanges({ before, after })).toEqual([
    { field: 'name', before: 'Wiki', after: 'Docs' },
    { field: 'gateways', before: '–', after: 'Office' },
  ]);
});

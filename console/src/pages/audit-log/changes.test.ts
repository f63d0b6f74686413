import { expect, test } from 'vitest';
import { changes } from './changes.ts';

test('a field says what it was and is', () => {
  expect(changes({ maxDevices: 3, title: null }, { maxDevices: 5, title: 'Boss' })).toEqual([
    { field: 'Max devices', removed: ['3'], added: ['5'], kept: 0 },
    { field: 'Title', removed: [], added: ['Boss'], kept: 0 },
  ]);
});

test('a list says which entries came and went', () => {
  const [one, two, three] = ['Sales', 'Engineers', 'Lawyers'].map((name) => ({ id: name, name }));
  expect(changes({ groups: [one, two] }, { groups: [two, three] })).toEqual([
    { field: 'Groups', removed: ['Sales'], added: ['Lawyers'], kept: 1 },
  ]);
});

test('another order is a change', () => {
  expect(changes({ order: ['a', 'b'] }, { order: ['b', 'a'] })).toEqual([
    { field: 'Order', removed: ['a', 'b'], added: ['b', 'a'], kept: 0 },
  ]);
});

test('what is new has no before, and nothing that only machines read', () => {
  expect(
    changes(null, { id: '1', createdAt: 'now', name: 'wiki', open: true, note: null }),
  ).toEqual([
    { field: 'Name', removed: [], added: ['wiki'], kept: 0 },
    { field: 'Open', removed: [], added: ['yes'], kept: 0 },
  ]);
});

test('an object is told by its parts', () => {
  expect(
    changes({ attributes: { site: 'Ulm' } }, { attributes: { site: 'Ulm', on: true } }),
  ).toEqual([{ field: 'Attributes', removed: [], added: ['on: yes'], kept: 1 }]);
});

import { expect, test } from 'vitest';
import { localPage } from './local.ts';

const rows = [
  { name: 'Office hours', used: 2 },
  { name: 'Encrypted', used: 10 },
  { name: 'Owned', used: 0 },
];
const reading = {
  text: (row: (typeof rows)[number]) => row.name,
  fields: {
    name: (row: (typeof rows)[number]) => row.name,
    used: (row: (typeof rows)[number]) => row.used,
  },
};

test('searched, sorted and cut like a list of the API', () => {
  const page = localPage(rows, { search: 'O', sort: '-used', limit: 1, offset: 1 }, reading);
  expect(page).toEqual({ data: [rows[2]], total: 2 });
});

test('conditions narrow', () => {
  const conditions = [{ field: 'used', operator: 'in' as const, value: '0,10' }];
  expect(localPage(rows, { conditions }, reading).data).toEqual([rows[1], rows[2]]);
});

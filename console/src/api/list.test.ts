import { expect, test } from 'vitest';
import { listQuery } from './list.ts';

test('conditions, search, sort and page follow the list grammar', () => {
  const query = listQuery({
    search: 'ann',
    conditions: [{ field: 'status', operator: 'in', value: 'ACTIVE,INVITED' }],
    sort: '-email',
    limit: 25,
    offset: 50,
  });
  expect([...query]).toEqual([
    ['limit', '25'],
    ['offset', '50'],
    ['sort', '-email'],
    ['search', 'ann'],
    ['filter[status][in]', 'ACTIVE,INVITED'],
  ]);
});

test('what is empty is not sent', () => {
  expect(listQuery({ search: '', sort: '', offset: 0 }).toString()).toBe('');
});

import { expect, test } from 'vitest';
import type { Filter } from './columns.ts';
import { asked, readState, turned, writeState } from './state.ts';

const filters: Filter[] = [
  { field: 'status', label: 'Status', kind: 'choices', choices: [] },
  { field: 'title', label: 'Title', kind: 'text' },
];

test('an address and a state are the same in two forms', () => {
  const parameters = {
    search: 'ann',
    sort: '-createdAt',
    page: '3',
    limit: '50',
    columns: 'name,status',
    status: 'ACTIVE,INVITED',
    title: 'Lead, acting',
  };
  const state = readState(parameters, filters, 'email');
  expect(state.filters).toEqual({ status: ['ACTIVE', 'INVITED'], title: ['Lead, acting'] });
  expect(writeState(state, filters, 'email')).toEqual(parameters);
});

test('what is as usual does not stand in the address', () => {
  const written = writeState(readState({}, filters, 'email'), filters, 'email');
  expect(Object.values(written).filter((value) => value !== undefined)).toEqual([]);
});

test('nonsense in the address is as good as nothing', () => {
  const { page, limit } = readState({ page: '-2', limit: '7' }, filters, 'email');
  expect([page, limit]).toEqual([1, 25]);
});

test('filters become conditions, pages offsets', () => {
  const state = readState({ status: 'ACTIVE', title: 'lead', page: '2' }, filters, 'email');
  expect(asked(state, filters)).toEqual({
    search: '',
    conditions: [
      { field: 'status', operator: 'eq', value: 'ACTIVE' },
      { field: 'title', operator: 'ilike', value: '%lead%' },
    ],
    sort: 'email',
    limit: 25,
    offset: 25,
  });
});

test('a head sorts up, down, and then not at all', () => {
  expect(turned('email', 'status', 'email')).toBe('status');
  expect(turned('status', 'status', 'email')).toBe('-status');
  expect(turned('-status', 'status', 'email')).toBe('email');
});

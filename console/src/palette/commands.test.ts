import { expect, test } from 'vitest';
import { actions } from './actions.ts';
import { commands } from './commands.ts';

const all = actions(() => {});
const labels = (text: string, may = true) =>
  commands(text, () => may, all).map(({ label }) => label);

test('words are found in any order, also those that people use besides', () => {
  expect(labels('policy private')).toEqual(['Add private policy']);
  expect(labels('new group')).toEqual(['Create group']);
  expect(labels('log out')).toEqual(['Sign out']);
});

test('what my role lacks is not offered', () => {
  expect(labels('add', false)).toEqual(['Add a device of mine']);
});

test('each is named once', () => {
  const ids = commands('', () => true, all).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

import { expect, test } from 'vitest';
import { read, written } from './given.ts';

test('facts are read as they are written', () => {
  const given = {
    'origin.country': 'DE',
    'device.posture.firewall': true,
    'user.attributes.level': 3,
  };
  expect(read(written(given))).toEqual(given);
});

test('a text needs no quotes, and what is no fact is told by its line', () => {
  expect(read('origin.country = DE')).toEqual({ 'origin.country': 'DE' });
  expect(read('\norigin.country')).toBe(2);
});

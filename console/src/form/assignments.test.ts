import { expect, test } from 'vitest';
import { read, written } from './assignments.ts';

test('values are read as they are written', () => {
  const values = {
    'origin.country': 'DE',
    'device.posture.firewall': true,
    'user.attributes.level': 3,
  };
  expect(read(written(values))).toEqual(values);
});

test('a text needs no quotes, and what is none is told by its line', () => {
  expect(read('origin.country = DE')).toEqual({ 'origin.country': 'DE' });
  expect(read('\norigin.country')).toBe(2);
});

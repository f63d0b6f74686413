import { expect, test } from 'vitest';
import { countries } from './countries.ts';

test('countries are named once each, and nothing else is one', () => {
  const all = countries();
  expect(all).toContainEqual({ value: 'DE', label: 'Germany (DE)' });
  expect(all.length).toBeGreaterThan(240);
  const codes = new Set(all.map(({ value }) => value));
  for (const none of ['EU', 'UK', 'DD', 'ZZ']) expect(codes).not.toContain(none);
});

import { expect, test } from 'vitest';
import { lasted } from './duration.ts';

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [7512, '2 h 5 min'],
  [86_400 + 59, '1 d'],
  [90 * 86_400 + 3600, '90 d 1 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(lasted(seconds)).toBe(words);
});

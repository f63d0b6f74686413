import { expect, test } from 'vitest';
import { inUnits } from './duration.ts';

test.each([
  [300, 5, 60],
  [5400, 90, 60],
  [43_200, 12, 3600],
  [604_800, 7, 86_400],
  [90, 1.5, 60],
])('%i seconds are %d times %i', (seconds, amount, unit) => {
  expect(inUnits(seconds)).toEqual({ amount, unit });
});

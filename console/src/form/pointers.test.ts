import { expect, test } from 'vitest';
import { unclaimed } from './pointers.ts';

const errors = new Map([
  ['/1/email', 'Expected an email address.'],
  ['/10/email', 'Already invited.'],
  ['/name', 'Taken.'],
]);

test('what no input shows is left over', () => {
  expect(unclaimed(errors, new Set(['/name', '/1/email']))).toEqual([
    ['/10/email', 'Already invited.'],
  ]);
});

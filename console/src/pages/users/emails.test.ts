import { expect, test } from 'vitest';
import { emailLines } from './emails.ts';

test('each address keeps the line it stands on', () => {
  expect(emailLines('ann@a.test\n\n bob@a.test, eve@a.test;\n')).toEqual([
    { line: 1, email: 'ann@a.test' },
    { line: 3, email: 'bob@a.test' },
    { line: 3, email: 'eve@a.test' },
  ]);
});

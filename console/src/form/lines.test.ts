import { expect, test } from 'vitest';
import { linesOf } from './lines.ts';

test('what stands in a text keeps the line it stands on', () => {
  expect(linesOf('ann@a.test\n\n bob@a.test, eve@a.test;\n')).toEqual([
    { line: 1, text: 'ann@a.test' },
    { line: 3, text: 'bob@a.test' },
    { line: 3, text: 'eve@a.test' },
  ]);
});

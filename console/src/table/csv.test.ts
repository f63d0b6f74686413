import { expect, test } from 'vitest';
import type { Column } from './columns.ts';
import { csv } from './csv.ts';

const columns: Column<string>[] = [
  { id: 'a', header: 'A, B', cell: () => null, csv: (row) => row },
  { id: 'b', header: 'n', cell: () => null, csv: (row) => row.length },
];

test('commas, quotes and line breaks stay in their cell', () => {
  expect(csv(columns, ['say "hi", twice'])).toBe('"A, B",n\r\n"say ""hi"", twice",15\r\n');
});

test('a name that a spreadsheet would run is a text', () => {
  expect(csv(columns, ['=1+1'])).toContain("'=1+1,4");
});

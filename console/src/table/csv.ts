import type { Column } from './columns.ts';

/** Rows as a file for spreadsheets: RFC 4180, and nothing that one would run as a formula. */
export function csv<Row>(columns: Column<Row>[], rows: Row[]): string {
  const head = columns.map(({ header }) => cell(header));
  const body = rows.map((row) => columns.map((column) => cell(column.csv(row))).join(','));
  return [head.join(','), ...body, ''].join('\r\n');
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Have the browser save a text as a file. */
export function save(name: string, text: string, type = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

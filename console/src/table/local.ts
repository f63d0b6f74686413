import type { Condition, ListQuery, Page } from '../api/list.ts';

interface Reading<Row> {
  /** What a search looks at. */
  text: (row: Row) => string;
  /** A row's values by field, for conditions and sorting. */
  fields: Record<string, (row: Row) => string | number | string[]>;
}

/** The list grammar on rows that the API gives all at once: put it into a query's `select`. */
export function localPage<Row>(rows: Row[], query: ListQuery, reading: Reading<Row>): Page<Row> {
  const wanted = query.search?.toLowerCase() ?? '';
  const left = rows.filter(
    (row) =>
      reading.text(row).toLowerCase().includes(wanted) &&
      (query.conditions ?? []).every((condition) => holds(row, condition, reading)),
  );
  const sorted = query.sort ? sort(left, query.sort, reading) : left;
  const offset = query.offset ?? 0;
  return { data: sorted.slice(offset, offset + (query.limit ?? rows.length)), total: left.length };
}

function holds<Row>(row: Row, condition: Condition, reading: Reading<Row>): boolean {
  const value = reading.fields[condition.field]?.(row) ?? '';
  const values = (Array.isArray(value) ? value : [value]).map(String);
  if (condition.operator === 'ilike') {
    const part = condition.value.replaceAll('%', '').toLowerCase();
    return values.some((each) => each.toLowerCase().includes(part));
  }
  return values.some((each) => condition.value.split(',').includes(each));
}

function sort<Row>(rows: Row[], by: string, reading: Reading<Row>): Row[] {
  const direction = by.startsWith('-') ? -1 : 1;
  const value = reading.fields[by.replace(/^-/, '')];
  if (!value) return rows;
  return rows.toSorted((one, other) => direction * compare(value(one), value(other)));
}

function compare(one: string | number | string[], other: string | number | string[]): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}

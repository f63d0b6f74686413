import type { Condition, ListQuery } from '../api/list.ts';
import type { Filter } from './columns.ts';

/** What the address says of a table. */
export interface TableState {
  search: string;
  /** Values by the filter's field; a text filter has one. */
  filters: Record<string, string[]>;
  sort: string;
  /** From 1. */
  page: number;
  limit: number;
  /** Columns shown, by id; null: those that a table begins with. */
  columns: string[] | null;
}

export type Parameters = Record<string, string | undefined>;

export const limits = [25, 50, 100];
const usual = limits[0] as number;

export function readState(parameters: Parameters, filters: Filter[], sort: string): TableState {
  const values: Record<string, string[]> = {};
  for (const { field, kind } of filters) {
    const text = parameters[field];
    if (text) values[field] = kind === 'text' ? [text] : text.split(',');
  }
  const limit = Number(parameters['limit']);
  return {
    search: parameters['search'] ?? '',
    filters: values,
    sort: parameters['sort'] ?? sort,
    page: Math.max(1, Math.trunc(Number(parameters['page']) || 1)),
    limit: limits.includes(limit) ? limit : usual,
    columns: parameters['columns']?.split(',') ?? null,
  };
}

/** The address's parameters; what is as usual is left out. */
export function writeState(state: TableState, filters: Filter[], sort: string): Parameters {
  const parameters: Parameters = {
    search: state.search || undefined,
    sort: state.sort === sort ? undefined : state.sort,
    page: state.page > 1 ? String(state.page) : undefined,
    limit: state.limit === usual ? undefined : String(state.limit),
    columns: state.columns?.join(','),
  };
  for (const { field } of filters) parameters[field] = state.filters[field]?.join(',') || undefined;
  return parameters;
}

/** What the API is asked for a state. */
export function asked(state: TableState, filters: Filter[]): ListQuery {
  const conditions = filters.flatMap((filter): Condition[] => {
    const values = state.filters[filter.field];
    if (!values?.length) return [];
    const { field } = filter;
    if (filter.kind === 'text') return [{ field, operator: 'ilike', value: `%${values[0]}%` }];
    const [only] = values;
    return values.length === 1 && only !== undefined
      ? [{ field, operator: 'eq', value: only }]
      : [{ field, operator: 'in', value: values.join(',') }];
  });
  return {
    search: state.search,
    conditions,
    sort: state.sort,
    limit: state.limit,
    offset: (state.page - 1) * state.limit,
  };
}

/** The sort after a click on a column's head: ascending, descending, and the usual again. */
export function turned(present: string, field: string, usualSort: string): string {
  if (present === field) return `-${field}`;
  return present === `-${field}` ? usualSort : field;
}

/** One condition of a list; `in` takes values by commas, `ilike` takes % for any text. */
export interface Condition {
  field: string;
  operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'ilike' | 'in' | 'nin';
  value: string;
}

export interface ListQuery {
  search?: string;
  conditions?: Condition[];
  /** Field, with a `-` before it for the last first. */
  sort?: string;
  limit?: number;
  offset?: number;
}

/** The API's list grammar; `extra` are an operation's own parameters. */
export function listQuery(list: ListQuery, extra: Record<string, string> = {}): URLSearchParams {
  const parameters = new URLSearchParams(extra);
  if (list.limit !== undefined) parameters.set('limit', String(list.limit));
  if (list.offset) parameters.set('offset', String(list.offset));
  if (list.sort) parameters.set('sort', list.sort);
  if (list.search) parameters.set('search', list.search);
  for (const { field, operator, value } of list.conditions ?? []) {
    parameters.append(`filter[${field}][${operator}]`, value);
  }
  return parameters;
}

/** A page of rows, as every list answers. */
export interface Page<Row> {
  data: Row[];
  total: number;
}

import type { Condition } from '../api/list.ts';

const hour = 3_600_000;
const lengths: Record<string, number> = {
  '1h': hour,
  '24h': 24 * hour,
  '7d': 7 * 24 * hour,
  '30d': 30 * 24 * hour,
  '90d': 90 * 24 * hour,
};

/** A span of time as an address says it: a length up to now, or `custom` with local moments. */
export interface Window {
  window?: string;
  from?: string;
  to?: string;
}

/** The conditions on a field of moments that a window means, seen from now. */
export function within(field: string, { window, from, to }: Window, now: Date): Condition[] {
  if (window === 'custom') return [...at(field, 'gte', from), ...at(field, 'lte', to)];
  const length = lengths[window ?? ''];
  if (length === undefined) return [];
  return at(field, 'gte', new Date(now.getTime() - length).toISOString());
}

function at(field: string, operator: 'gte' | 'lte', text: string | undefined): Condition[] {
  const moment = new Date(text ?? '');
  if (Number.isNaN(moment.getTime())) return [];
  return [{ field, operator, value: moment.toISOString() }];
}

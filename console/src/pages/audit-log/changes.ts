import { auditLog } from '#texts/audit-log';

export interface Change {
  field: string;
  removed: string[];
  added: string[];
  /** Parts of a list that stand there before and after. */
  kept: number;
}

type Fields = Record<string, unknown> | null;

const unread = new Set(['id', 'createdAt', 'updatedAt']);

/** What differs between two states, by field; of lists, which entries. */
export function changes(before: Fields, after: Fields): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .filter((field) => !unread.has(field))
    .map((field) => changed(field, linesOf(before?.[field]), linesOf(after?.[field])))
    .filter(({ removed, added }) => removed.length > 0 || added.length > 0);
}

function changed(field: string, before: string[], after: string[]): Change {
  const removed = before.filter((line) => !after.includes(line));
  const added = after.filter((line) => !before.includes(line));
  const kept = before.length - removed.length;
  // The same entries in another order.
  const isReordered = removed.length + added.length === 0 && before.join('\n') !== after.join('\n');
  if (isReordered) return { field: inWords(field), removed: before, added: after, kept: 0 };
  return { field: inWords(field), removed, added, kept };
}

/** A field's name as people write it: "allowedSources" is "Allowed sources". */
function inWords(field: string): string {
  const words = field.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function linesOf(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.map(told);
  if (typeof value === 'object' && !nameOf(value)) return pairs(value);
  return [told(value)];
}

function told(value: unknown): string {
  if (typeof value === 'boolean') return value ? auditLog.yes : auditLog.no;
  if (Array.isArray(value)) return value.map(told).join(', ');
  if (typeof value === 'object' && value !== null) return nameOf(value) ?? pairs(value).join(', ');
  return String(value ?? '');
}

/** Things of the API are told by their name, or what stands for one. */
function nameOf(value: object): string | undefined {
  const { name, email, address } = value as Record<string, unknown>;
  return [name, email, address].find((each): each is string => typeof each === 'string');
}

function pairs(value: object): string[] {
  return Object.entries(value)
    .filter(([name, each]) => !unread.has(name) && each !== null)
    .map(([name, each]) => `${name}: ${told(each)}`);
}

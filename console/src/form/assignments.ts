import { linesOf } from './lines.ts';

export type Values = Record<string, boolean | number | string>;

/** Values as lines that people write: a name, an equals sign, a value as JSON writes it. */
export function written(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n');
}

/** The values of such lines; a number is the line that is none. A text needs no quotes. */
export function read(text: string): Values | number {
  const values: Values = {};
  for (const { line, text: each } of linesOf(text)) {
    const match = /^([\w.]+)\s*=\s*(.+)$/.exec(each);
    if (!match) return line;
    values[match[1] as string] = valueOf(match[2] as string);
  }
  return values;
}

function valueOf(text: string): boolean | number | string {
  try {
    const found: unknown = JSON.parse(text);
    if (['boolean', 'number', 'string'].includes(typeof found)) return found as string;
  } catch {
    // No JSON: it is a text as it stands.
  }
  return text;
}

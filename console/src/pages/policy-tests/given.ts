import { linesOf } from '../../form/lines.ts';

export type Given = Record<string, boolean | number | string>;

/** Facts as lines that people write: a name, an equals sign, a value as JSON writes it. */
export function written(given: Given): string {
  return Object.entries(given)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n');
}

/** The facts of such lines; a number is the line that is none. A text needs no quotes. */
export function read(text: string): Given | number {
  const given: Given = {};
  for (const { line, text: each } of linesOf(text)) {
    const match = /^([\w.]+)\s*=\s*(.+)$/.exec(each);
    if (!match) return line;
    given[match[1] as string] = valueOf(match[2] as string);
  }
  return given;
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

export interface Line {
  /** From 1, as people count. */
  line: number;
  text: string;
}

/** What stands in a text, by lines; commas and semicolons part it, too. */
export function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((line, place) =>
    line
      .split(/[,;]/)
      .map((part) => ({ line: place + 1, text: part.trim() }))
      .filter((part) => part.text !== ''),
  );
}

export interface Line {
  /** From 1, as people count. */
  line: number;
  email: string;
}

/** The addresses in a text, by lines; commas and semicolons part them, too. */
export function emailLines(text: string): Line[] {
  return text.split('\n').flatMap((line, place) =>
    line
      .split(/[,;]/)
      .map((email) => ({ line: place + 1, email: email.trim() }))
      .filter(({ email }) => email !== ''),
  );
}

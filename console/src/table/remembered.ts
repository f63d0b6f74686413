const key = (table: string) => `gatescale-columns ${table}`;

/** The columns that somebody chose for a table the last time, by id; null: none yet. */
export function rememberedColumns(table: string): string[] | null {
  try {
    return localStorage.getItem(key(table))?.split(',') ?? null;
  } catch {
    return null;
  }
}

/** Keep them in this browser, which may keep nothing at all. */
export function rememberColumns(table: string, columns: string[]): void {
  try {
    localStorage.setItem(key(table), columns.join(','));
  } catch {
    // They stand in the address all the same.
  }
}

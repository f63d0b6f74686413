/** The errors that no input shows. */
export function unclaimed(
  errors: ReadonlyMap<string, string>,
  claimed: ReadonlySet<string>,
): [pointer: string, detail: string][] {
  return [...errors].filter(([pointer]) => !claimed.has(pointer));
}

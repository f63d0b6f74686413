import { language } from '#texts/language';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
// Codes that have names, but are no places that an address can be in.
const others = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** Every country that the browser knows by name, by its code of two letters. */
export function countries(): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !others.has(code) && isCurrent(code))
    .flatMap((value) => {
      const name = names.of(value);
      return name ? [{ value, label: `${name} (${value})` }] : [];
    })
    .toSorted((one, other) => one.label.localeCompare(other.label));
}

/** A code that was given up stands for another one. */
function isCurrent(code: string): boolean {
  return new Intl.Locale(`und-${code}`).region === code;
}

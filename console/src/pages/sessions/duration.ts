import { sessions } from '#texts/sessions';

const { days, hours, minutes, seconds } = sessions.units;
const units: [length: number, name: string][] = [
  [86_400, days],
  [3600, hours],
  [60, minutes],
  [1, seconds],
];

/** A number of seconds by its two largest units: "2 h 5 min". */
export function lasted(total: number): string {
  const first = units.findIndex(([length]) => total >= length);
  if (first < 0) return `0 ${seconds}`;
  let rest = total;
  const words: string[] = [];
  for (const [length, name] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) words.push(`${count} ${name}`);
  }
  return words.join(' ');
}

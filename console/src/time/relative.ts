import { language } from '#texts/language';

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** A moment as seen from now: "3 minutes ago", "tomorrow". */
export function relative(moment: Date, now: Date): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(0, 'second');
}

/** A moment exactly, in the reader's time zone and as the reader's system writes it. */
export function exact(moment: Date): string {
  return moment.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
}

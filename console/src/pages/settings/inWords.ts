import { settings } from '#texts/settings';
import { inUnits } from '../../form/duration.ts';

/** Seconds as people say them: "12 hours". */
export function inWords(seconds: number): string {
  const { amount, unit } = inUnits(seconds);
  return settings.duration(amount, settings.units[unit] ?? '');
}

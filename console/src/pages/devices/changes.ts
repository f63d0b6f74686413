import { devices } from '#texts/devices';
import { type Signals, signalNames } from './device.ts';

const words: Record<string, string> = {
  ...devices.signals,
  osFamily: devices.platform,
  osName: devices.system,
  osVersion: devices.systemVersion,
  kernel: devices.kernel,
  serialNumber: devices.serialNumber,
  pendingReboot: devices.pendingReboot,
};

export interface Change {
  name: string;
  /** What it is called. */
  label: string;
  /** As it is now, for people. */
  value: string;
  /** A signal that was turned off. */
  bad: boolean;
}

/** What a report says other than the one before it; all that is known, where there is none. */
export function changes(now: Signals, before: Signals | undefined): Change[] {
  const one = flat(now);
  const other = before && flat(before);
  const names = new Set([...Object.keys(one), ...Object.keys(other ?? {})]);
  return [...names]
    .filter((name) => (other ? one[name] !== other[name] : known(one[name])))
    .map((name) => ({
      name,
      label: words[name] ?? name,
      value: said(name, one[name]),
      bad: one[name] === false && isSignal(name),
    }));
}

const known = (value: unknown) => value !== null && value !== undefined;

const isSignal = (name: string) => (signalNames as string[]).includes(name);

function flat({ extra, ...signals }: Signals): Record<string, unknown> {
  return { ...signals, ...extra };
}

function said(name: string, value: unknown): string {
  if (!known(value)) return devices.unknown;
  if (name === 'pendingReboot') return value ? devices.waits : devices.waitsNot;
  if (typeof value === 'boolean') return value ? devices.on : devices.off;
  return String(value);
}

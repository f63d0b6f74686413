import { devices } from '#texts/devices';
import { language } from '#texts/language';
import type { components } from '../../api/schema.d.ts';

export type Device = components['schemas']['Device'];

export const signalNames = Object.keys(devices.signals) as (keyof typeof devices.signals)[];
export type SignalName = (typeof signalNames)[number];

/** What a device said of itself; null is unknown. */
export type Signals = Record<SignalName, boolean | null> & {
  osFamily: keyof typeof devices.platforms | null;
  osName: string | null;
  osVersion: string | null;
  kernel: string | null;
  serialNumber: string | null;
  pendingReboot: boolean | null;
  extra: Record<string, string | number | boolean | null> | null;
};

export type Posture = Signals & { compliant: boolean; lastCheck: string };

export function postureOf({ posture }: Pick<Device, 'posture'>): Posture | null {
  return posture as Posture | null;
}

/** The system that it runs, as one would say it. */
export function platformOf(device: Device): string | null {
  if (isWithoutClient(device)) return devices.withoutClient;
  const posture = postureOf(device);
  const name =
    posture?.osName?.replace(' GNU/Linux', '') ??
    (posture?.osFamily && devices.platforms[posture.osFamily]);
  if (!name) return null;
  const { osVersion } = posture as Posture;
  return osVersion && !name.includes(osVersion) ? `${name} ${osVersion}` : name;
}

/** Whether it speaks WireGuard alone, without the Gatescale client. */
export function isWithoutClient({ hardwareId }: Pick<Device, 'hardwareId'>): boolean {
  return hardwareId === 'WireGuard';
}

const countries = new Intl.DisplayNames(language, { type: 'region', fallback: 'code' });

export function countryName(code: string | null | undefined): string | null {
  return code ? (countries.of(code) ?? code) : null;
}

/** Where it last came from: the country, or else the address. */
export function originOf({ origin }: Device): string | null {
  return countryName(origin?.country) ?? origin?.ip ?? null;
}

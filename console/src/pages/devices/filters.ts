import { devices } from '#texts/devices';
import type { Choice, Filter } from '../../table/columns.ts';
import { signalNames } from './device.ts';

const choices = (words: Record<string, string>): Choice[] =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

const yesOrNo = (yes: string, no: string) => choices({ true: yes, false: no });

export const filters: Filter[] = [
  { field: 'status', label: devices.status, kind: 'choices', choices: choices(devices.statuses) },
  {
    field: 'posture.compliant',
    label: devices.compliant,
    kind: 'choices',
    choices: yesOrNo(devices.complies.yes, devices.complies.no),
  },
  {
    field: 'owned',
    label: devices.owned,
    kind: 'choices',
    choices: yesOrNo(devices.owns.yes, devices.owns.no),
  },
  { field: 'user.email', label: devices.ownerEmail, kind: 'text' },
  { field: 'appVersion', label: devices.version, kind: 'text' },
  {
    field: 'posture.osFamily',
    label: devices.platform,
    kind: 'choices',
    choices: choices(devices.platforms),
  },
  {
    field: 'origin.country',
    label: devices.country,
    kind: 'text',
    placeholder: devices.countryHint,
  },
  ...signalNames.map((name): Filter => ({
    field: `posture.${name}`,
    label: devices.signals[name],
    kind: 'choices',
    choices: yesOrNo(devices.on, devices.off),
  })),
];

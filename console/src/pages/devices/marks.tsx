import {
  IconBuilding,
  IconCircle,
  IconCircleCheck,
  IconCircleOff,
  type Icon,
  IconHelpCircle,
  IconHome,
  IconShieldCheck,
  IconShieldX,
} from '@tabler/icons-react';
import { devices } from '#texts/devices';
import { Status, type Tone } from '../../status/Status.tsx';
import { type Device, postureOf } from './device.ts';

type Look = [tone: Tone, icon: Icon, label: string];

const { statuses, complies, owns } = devices;

const online: Record<Device['status'], Look> = {
  Online: ['ok', IconCircleCheck, statuses.Online],
  Offline: ['idle', IconCircle, statuses.Offline],
  Deactivated: ['idle', IconCircleOff, statuses.Deactivated],
};

const idle = ['idle', IconHelpCircle] as const;
const unknown: Look = [...idle, devices.unknown];
const fits: Look = ['ok', IconShieldCheck, complies.yes];
const fails: Look = ['bad', IconShieldX, complies.no];

const mark = ([tone, icon, label]: Look) => <Status tone={tone} icon={icon} label={label} />;

export function DeviceStatus({ status }: Pick<Device, 'status'>) {
  return mark(online[status]);
}

/** Whether it is as it should be; `brief` where a head says what is asked. */
export function Compliance({ device, brief = false }: { device: Device; brief?: boolean }) {
  const compliant = postureOf(device)?.compliant;
  if (compliant === undefined) return mark(brief ? unknown : [...idle, complies.unknown]);
  const look = compliant ? fits : fails;
  if (!brief) return mark(look);
  return mark([look[0], look[1], compliant ? devices.yes : devices.no]);
}

export function Ownership({ owned }: Pick<Device, 'owned'>) {
  if (owned === null) return mark(unknown);
  return mark(owned ? ['info', IconBuilding, owns.yes] : ['idle', IconHome, owns.no]);
}

export function Signal({ value }: { value: boolean | null }) {
  if (value === null) return mark(unknown);
  return mark(value ? ['ok', IconCircleCheck, devices.on] : ['bad', IconCircleOff, devices.off]);
}

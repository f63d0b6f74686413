import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHourglass,
  type Icon,
  IconMoon,
  IconPlugConnectedX,
  IconRefresh,
  IconUnlink,
} from '@tabler/icons-react';
import { topology } from '#texts/topology';
import type { Tone } from '../../status/Status.tsx';
import type { Health, Reach } from './health.ts';

interface Look {
  tone: Tone;
  icon: Icon;
  label: string;
}

const { states, resource, device } = topology;

export const healthLooks: Record<Health, Look> = {
  up: { tone: 'ok', icon: IconCircleCheck, label: states.up },
  idle: { tone: 'idle', icon: IconMoon, label: states.idle },
  behind: { tone: 'warn', icon: IconRefresh, label: states.behind },
  pending: { tone: 'info', icon: IconHourglass, label: states.pending },
  down: { tone: 'bad', icon: IconAlertTriangle, label: states.down },
};

export const reachLooks: Record<Reach, Look> = {
  up: { tone: 'ok', icon: IconCircleCheck, label: resource.up },
  down: { tone: 'bad', icon: IconPlugConnectedX, label: resource.down },
  none: { tone: 'warn', icon: IconUnlink, label: resource.none },
};

export const presenceLooks: Record<'online' | 'offline', Look> = {
  online: { tone: 'ok', icon: IconCircleCheck, label: device.online },
  offline: { tone: 'idle', icon: IconMoon, label: device.offline },
};

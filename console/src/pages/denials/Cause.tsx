import {
  IconArrowsShuffle,
  IconChecklist,
  IconCircleX,
  type Icon,
  IconLock,
  IconServerOff,
  IconStack,
  IconUserOff,
} from '@tabler/icons-react';
import { denials } from '#texts/denials';
import { Status, type Tone } from '../../status/Status.tsx';
import type { Denial } from './queries.ts';

const looks: Record<Denial['cause'], [Tone, Icon]> = {
  DEFAULT: ['idle', IconLock],
  POLICY: ['bad', IconCircleX],
  RULE: ['warn', IconChecklist],
  DESTINATION: ['idle', IconServerOff],
  DEVICE: ['bad', IconUserOff],
  USER: ['bad', IconUserOff],
  GATEWAY: ['warn', IconArrowsShuffle],
  CHANGED: ['ok', IconArrowsShuffle],
  MANY: ['warn', IconStack],
};

export function Cause({ cause }: { cause: Denial['cause'] }) {
  const [tone, icon] = looks[cause];
  return <Status tone={tone} icon={icon} label={denials.causes[cause]} />;
}

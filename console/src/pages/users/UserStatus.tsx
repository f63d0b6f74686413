import {
  IconCircleCheck,
  IconClock,
  IconClockX,
  type Icon,
  IconUserOff,
} from '@tabler/icons-react';
import { users } from '#texts/users';
import { Status, type Tone } from '../../status/Status.tsx';
import type { User } from './user.ts';

const looks: Record<User['status'], [Tone, Icon]> = {
  ACTIVE: ['ok', IconCircleCheck],
  INVITED: ['info', IconClock],
  EXPIRED: ['warn', IconClockX],
  DEACTIVATED: ['idle', IconUserOff],
};

export function UserStatus({ status }: { status: User['status'] }) {
  const [tone, icon] = looks[status];
  return <Status tone={tone} icon={icon} label={users.statuses[status]} />;
}

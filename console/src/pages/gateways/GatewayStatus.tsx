import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHourglass,
  type Icon,
  IconPlugConnectedX,
  IconTool,
} from '@tabler/icons-react';
import { gateways } from '#texts/gateways';
import { Status, type Tone } from '../../status/Status.tsx';
import type { Gateway } from './gateway.ts';

const looks: Record<Gateway['status'], [Tone, Icon]> = {
  ONLINE: ['ok', IconCircleCheck],
  OFFLINE: ['bad', IconPlugConnectedX],
  ERROR: ['bad', IconAlertTriangle],
  PENDING: ['info', IconHourglass],
  MAINTENANCE: ['warn', IconTool],
};

export function GatewayStatus({ status }: { status: Gateway['status'] }) {
  const [tone, icon] = looks[status];
  return <Status tone={tone} icon={icon} label={gateways.statuses[status]} />;
}

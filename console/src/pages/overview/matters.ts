import {
  IconClockX,
  type Icon,
  IconFileAlert,
  IconKey,
  IconPlugConnectedX,
  IconShieldX,
  IconUnlink,
  IconUsersMinus,
} from '@tabler/icons-react';
import { overview } from '#texts/overview';
import type { components } from '../../api/schema.d.ts';

export type Attention = components['schemas']['Attention'];

interface Matter {
  text: string;
  icon: Icon;
  /** Where it is put right: the page of the one thing, or the list of all; null: neither fits. */
  to: string | null;
}

/** Where single things have their pages, by kind. */
const pages: Record<string, string> = {
  user: '/users',
  device: '/devices',
  gateway: '/gateways',
  resource: '/resources',
  policy: '/access/policies',
  'admission rule': '/access/admission-rules',
};

const looks: Record<Attention['code'], { icon: Icon; all: (kind: string) => string | null }> = {
  gatewayOffline: { icon: IconPlugConnectedX, all: () => '/gateways?status=OFFLINE' },
  gatewayError: { icon: IconPlugConnectedX, all: () => '/gateways?status=ERROR' },
  unreadable: { icon: IconFileAlert, all: (kind) => pages[kind] ?? null },
  resourceWithoutGateway: { icon: IconUnlink, all: () => '/resources?status=OFFLINE' },
  deviceNotCompliant: { icon: IconShieldX, all: () => '/devices?posture.compliant=false' },
  apiKeyExpiring: { icon: IconKey, all: () => '/settings/api-keys?sort=expiresAt' },
  invitationExpired: { icon: IconClockX, all: () => '/users?status=EXPIRED' },
  // No list is narrowed to them: they are of several types, each with a list of its own.
  policyForNobody: { icon: IconUsersMinus, all: () => null },
};

export function matterOf({ code, kind, count, targetIds }: Attention): Matter {
  const { icon, all } = looks[code];
  const page = pages[kind];
  return {
    text: code === 'unreadable' ? overview.unreadable(count, kind) : overview.matters[code](count),
    icon,
    to: count === 1 && page ? `${page}/${targetIds[0]}` : all(kind),
  };
}

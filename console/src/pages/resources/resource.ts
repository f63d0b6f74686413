import { freshKey } from '../../api/fresh.ts';
import type { components } from '../../api/schema.d.ts';

export type Resource = components['schemas']['Resource'];

/** A page's path by a resource's type, where its policies are. */
export const policyPages: Record<Resource['type'], string> = {
  PRIVATE: '/access/private',
  SAAS: '/access/saas',
  INTERNET: '/access/internet',
};

export interface WantedAddress {
  /** Tells the rows apart while they are edited. */
  key: string;
  /** The address's own, where the resource has it already. */
  id: string | null;
  address: string;
  /** Ids of protocols, and ports of one's own as `TCP 8443`. */
  protocols: string[];
}

export interface Wanted {
  name: string;
  type: Resource['type'];
  description: string;
  addresses: WantedAddress[];
  /** Ids, the first choice first. */
  gateways: string[];
  mode: Resource['loadBalancingMode'];
}

export function blankAddress(): WantedAddress {
  return { key: freshKey(), id: null, address: '', protocols: [] };
}

export function blank(gateway?: string): Wanted {
  const gateways = gateway ? [gateway] : [];
  const addresses = [blankAddress()];
  return { name: '', type: 'PRIVATE', description: '', addresses, gateways, mode: 'MANUAL' };
}

export function wanted(resource: Resource): Wanted {
  return {
    name: resource.name,
    type: resource.type,
    description: resource.description ?? '',
    addresses: resource.addresses.map(({ id, address, protocols }) => ({
      key: id,
      id,
      address,
      protocols: protocols.map((protocol) => protocol.id),
    })),
    gateways: resource.gateways.map(({ id }) => id),
    mode: resource.loadBalancingMode,
  };
}

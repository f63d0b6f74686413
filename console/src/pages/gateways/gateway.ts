import type { components } from '../../api/schema.d.ts';

export type Gateway = components['schemas']['Gateway'];

export interface Editable {
  name: string;
  description: string | null;
  wireguardPort: string;
  endpoint: string | null;
}

export const blank: Editable = {
  name: '',
  description: null,
  wireguardPort: '51820',
  endpoint: null,
};

/** What of a gateway can be changed; an endpoint that was only observed is not part of it. */
export function editable(gateway: Gateway): Editable {
  const { name, description, wireguardPort, endpoint, autoDiscoverEndpoint } = gateway;
  return { name, description, wireguardPort, endpoint: autoDiscoverEndpoint ? null : endpoint };
}

/** The body of a change: what was left empty is null. */
export function written({ name, description, wireguardPort, endpoint }: Editable): Editable {
  return { name, description: description || null, wireguardPort, endpoint: endpoint || null };
}

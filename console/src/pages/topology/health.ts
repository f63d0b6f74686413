import type { Gateway, Group, Resource } from './queries.ts';

/** How a way fares: works, has nobody online, waits for its rules, is not in use, is broken. */
export type Health = 'up' | 'idle' | 'behind' | 'pending' | 'down';

export function healthOf({ status, current }: Pick<Gateway, 'status' | 'current'>): Health {
  if (status === 'ONLINE') return current === false ? 'behind' : 'up';
  return status === 'PENDING' || status === 'MAINTENANCE' ? 'pending' : 'down';
}

/** How a group's way through a gateway fares. */
export function wayHealth(gateway: Gateway, way: Group['gateways'][number]): Health {
  const health = healthOf(gateway);
  return health === 'up' && way.online === 0 ? 'idle' : health;
}

export type Reach = 'up' | 'down' | 'none';

/** Whether any of its gateways leads to a resource. */
export function reachOf(resource: Resource, gateways: Map<string, Gateway>): Reach {
  if (resource.gatewayIds.length === 0) return 'none';
  return resource.gatewayIds.some((id) => serves(gateways.get(id))) ? 'up' : 'down';
}

/** A gateway in maintenance serves on what no other does, while it runs. */
function serves(gateway: Gateway | undefined): boolean {
  return (
    gateway?.status === 'ONLINE' || (gateway?.status === 'MAINTENANCE' && gateway.current === true)
  );
}

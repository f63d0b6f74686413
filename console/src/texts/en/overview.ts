const of = (one: string, many: string) => (count: number) =>
  count === 1 ? `1 ${one}` : `${count} ${many}`;

export const overview = {
  online: 'Who is online',
  users: 'Users',
  devices: 'Devices',
  counts: (some: number, all: number) => `${some} of ${all}`,
  bar: (what: string, some: number, all: number) => `${what}: ${some} of ${all}`,
  active: 'active',
  connected: 'online now',
  gateways: 'Gateways',
  allGateways: 'All gateways',
  noGateways: 'There is no gateway yet. Without one nobody reaches anything.',
  createGateway: 'Create gateway',
  attention: 'Needs attention',
  allGood: 'Nothing needs your attention',
  allGoodHint: 'Gateways are connected, resources can be reached, devices are compliant.',
  gatewaysDown: of('gateway is offline or in error', 'gateways are offline or in error'),
  gatewaysPending: of('gateway waits for its install', 'gateways wait for their install'),
  withoutGateway: of('resource has no gateway', 'resources have no gateway'),
  expired: of('invitation has expired', 'invitations have expired'),
  notCompliant: of('device is not compliant', 'devices are not compliant'),
  changes: 'Recent changes',
  allChanges: 'Audit log',
  noChanges: 'Nothing changed yet.',
} as const;

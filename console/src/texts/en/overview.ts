const of = (one: string, many: string) => (count: number) =>
  count === 1 ? `1 ${one}` : `${count} ${many}`;

export const overview = {
  online: 'Who is online',
  users: 'Users',
  devices: 'Devices',
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
  matters: {
    gatewayOffline: of('gateway is offline', 'gateways are offline'),
    gatewayError: of(
      'gateway cannot enforce its policies',
      'gateways cannot enforce their policies',
    ),
    resourceWithoutGateway: of('resource has no gateway', 'resources have no gateway'),
    deviceNotCompliant: of('device is not compliant', 'devices are not compliant'),
    apiKeyExpiring: of('API key expires soon', 'API keys expire soon'),
    invitationExpired: of('invitation has expired', 'invitations have expired'),
    policyForNobody: of('policy applies to no device', 'policies apply to no device:'),
  },
  unreadable: (count: number, kind: string) =>
    of(`${kind} cannot be read and is left out`, `${kind}s cannot be read and are left out`)(count),
  changes: 'Recent changes',
  allChanges: 'Audit log',
  noChanges: 'Nothing changed yet.',
} as const;

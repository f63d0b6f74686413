export type Kind =
  | 'user'
  | 'group'
  | 'device'
  | 'gateway'
  | 'resource'
  | 'address'
  | 'protocol'
  | 'admission rule'
  | 'policy'
  | 'policy test'
  | 'api key'
  | 'tenant'
  | 'owned devices'
  | 'session'
  | 'denial';

const everything = 'everything';

/** What the answers below a path are made of; the first prefix that fits counts. */
const made: [prefix: string, kinds: readonly Kind[] | typeof everything][] = [
  // What a device's configuration leads to follows from everything that policies name.
  ['/tenants/me/devices', everything],
  ['/tenants/me', ['user', 'group', 'api key', 'tenant']],
  ['/tenants/users', ['user', 'group', 'device']],
  ['/tenants/groups', ['group', 'user']],
  ['/tenants/roles', ['user', 'group']],
  ['/tenants/devices', ['device', 'user']],
  ['/tenants/owned-devices', ['owned devices']],
  ['/tenants/gateways', ['gateway', 'resource']],
  ['/tenants/resources', ['resource', 'gateway', 'address', 'protocol']],
  ['/tenants/addresses', ['address', 'resource', 'gateway']],
  ['/tenants/protocols', ['protocol']],
  ['/tenants/admission-rules/check', ['admission rule', 'device', 'user', 'group']],
  ['/tenants/admission-rules', ['admission rule', 'policy']],
  ['/tenants/policies', ['policy', 'user', 'group', 'device', 'resource', 'admission rule']],
  ['/tenants/policy-tests', everything],
  ['/tenants/api-keys', ['api key']],
  ['/tenants/settings', ['tenant']],
  ['/tenants/notifications', ['tenant']],
  ['/tenants/denials', ['denial']],
  ['/tenants/sessions', ['session', 'device', 'gateway', 'user']],
];

/** Whether what a path answers may differ after these kinds of things changed. */
export function concerns(path: string, changed: ReadonlySet<string>): boolean {
  // A star stands for more than can be named.
  if (changed.has('*')) return true;
  const kinds = made.find(([prefix]) => path.startsWith(prefix))?.[1] ?? everything;
  return kinds === everything || kinds.some((kind) => changed.has(kind));
}

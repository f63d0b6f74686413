import type { components } from '../../api/schema.d.ts';
import { deviceName, type Thing } from '../../form/things.ts';

type Schemas = components['schemas'];

export type Policy = Schemas['Policy'];
export type PolicyType = Policy['type'];

/** All of a policy that a form changes. */
export type PolicyBody = Required<Omit<Schemas['CreatePolicy'], 'type' | 'rule'>> & {
  rule: string;
};

const ids = (things: { id: string }[]) => things.map(({ id }) => id);

/** A policy as the API takes it again. */
export function bodyOf(policy: Policy): PolicyBody {
  return {
    name: policy.name,
    description: policy.description,
    action: policy.action,
    allGroups: policy.allGroups,
    allUsers: policy.allUsers,
    allDevices: policy.allDevices,
    allResources: policy.allResources,
    groups: ids(policy.groups),
    users: ids(policy.users),
    devices: ids(policy.devices),
    resources: ids(policy.resources),
    gateways: ids(policy.gateways),
    sourceIps: policy.sourceIps,
    mode: policy.mode,
    rule: policy.rule?.id ?? '',
  };
}

/** Users and devices by the names that pickers and chips show. */
export function sourcesOf(policy: Policy): { users: Thing[]; devices: Thing[] } {
  return {
    users: policy.users.map(({ id, email }) => ({ id, name: email })),
    devices: policy.devices.map(({ id, name, user }) => ({
      id,
      name: deviceName(name, user?.email),
    })),
  };
}

/** Everything of a policy that a search looks at. */
export function textOf(policy: Policy): string {
  const { users, devices } = sourcesOf(policy);
  const named = [...policy.groups, ...users, ...devices, ...policy.resources, ...policy.gateways];
  const names = named.map(({ name }) => name);
  return [policy.name, policy.description, policy.rule?.name, ...names].join('\n').toLowerCase();
}

/** The page that lists a type. */
export const pathOf: Record<PolicyType, string> = {
  PRIVATE: '/access/private',
  SAAS: '/access/saas',
  INTERNET: '/access/internet',
  SITETOSITE: '/access/site-to-site',
};

// Plain strings: the router's types would ask for the pattern and the id apart.
export const policyPath = (id: string): string => `/access/policies/${id}`;
export const rulePath = (id: string): string => `/access/admission-rules/${id}`;

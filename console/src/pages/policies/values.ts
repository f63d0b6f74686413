import type { components } from '../../api/schema.d.ts';
import type { Thing } from '../../form/things.ts';
import { bodyOf, type Policy, type PolicyBody, type PolicyType, sourcesOf } from './policy.ts';

export type Rule = components['schemas']['AdmissionRule'];

/** A policy as a form holds it: what it names with names. */
export interface PolicyValues extends Omit<
  PolicyBody,
  'groups' | 'users' | 'devices' | 'resources' | 'gateways' | 'sourceIps'
> {
  groups: Thing[];
  users: Thing[];
  devices: Thing[];
  resources: Thing[];
  gateways: Thing[];
  /** Separated by commas. */
  sourceIps: string;
}

export function blank(type: PolicyType): PolicyValues {
  return {
    name: '',
    description: null,
    action: true,
    allGroups: false,
    allUsers: false,
    allDevices: false,
    allResources: false,
    groups: [],
    users: [],
    devices: [],
    resources: [],
    gateways: [],
    sourceIps: '',
    mode: type === 'INTERNET' ? 'LOCAL' : null,
    rule: '',
  };
}

const thing = ({ id, name }: Thing): Thing => ({ id, name });

export function valuesOf(policy: Policy): PolicyValues {
  return {
    ...bodyOf(policy),
    ...sourcesOf(policy),
    groups: policy.groups.map(thing),
    resources: policy.resources.map(thing),
    gateways: policy.gateways.map(thing),
    sourceIps: policy.sourceIps.join(', '),
  };
}

const ids = (things: Thing[]) => things.map(({ id }) => id);

/** What the API takes; a policy that denies takes only the rule that lets everybody in. */
export function bodyFrom(values: PolicyValues, rules: Rule[]): PolicyBody {
  const unrestricted = rules.find(({ type }) => type === 'ALLOW')?.id ?? '';
  return {
    ...values,
    description: values.description || null,
    groups: ids(values.groups),
    users: ids(values.users),
    devices: ids(values.devices),
    resources: ids(values.resources),
    gateways: ids(values.gateways),
    sourceIps: values.sourceIps.split(/[\s,]+/).filter(Boolean),
    rule: values.action ? values.rule || unrestricted : unrestricted,
  };
}

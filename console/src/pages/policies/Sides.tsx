import {
  IconDeviceLaptop,
  IconRouter,
  IconServer,
  IconUser,
  IconUsers,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react';
import { policies } from '#texts/policies';
import { type Chip, Chips } from './Chips.tsx';
import { type Policy, sourcesOf } from './policy.ts';
import classes from './policies.module.css';

/** Whom a policy is about. */
export function Sources({ policy }: { policy: Policy }) {
  const { sourceIps } = policy;
  return (
    <>
      <Chips chips={sourceChips(policy)} otherwise={policies.nobody} />
      {sourceIps.length > 0 && (
        <span className={classes['also']}>{policies.from(sourceIps.join(', '))}</span>
      )}
    </>
  );
}

function sourceChips(policy: Policy): Chip[] {
  const { users, devices } = sourcesOf(policy);
  const every: [boolean, string][] = [
    [policy.allGroups, policies.allGroups],
    [policy.allUsers, policies.allUsers],
    [policy.allDevices, policies.allDevices],
  ];
  const alls = every
    .filter(([is]) => is)
    .map(([, label]): Chip => ({ key: label, label, icon: IconUsers }));
  return [
    ...alls,
    ...policy.groups.map((each) => linked('groups', each, IconUsersGroup)),
    ...users.map((each) => linked('users', each, IconUser)),
    ...devices.map((each) => linked('devices', each, IconDeviceLaptop)),
  ];
}

/** What a policy is about. */
export function Destinations({ policy }: { policy: Policy }) {
  if (policy.isDefault) return <span data-dimmed>{policies.everythingElse}</span>;
  const all: Chip[] = policy.allResources
    ? [{ key: 'all', label: policies.everything, icon: IconServer }]
    : [];
  const mode: Chip[] = policy.mode
    ? [{ key: 'mode', label: policies.modes[policy.mode], icon: IconWorld }]
    : [];
  const chips = [
    ...mode,
    ...all,
    ...policy.resources.map((each) => linked('resources', each, IconServer)),
    ...policy.gateways.map((each) => linked('gateways', each, IconRouter)),
  ];
  return <Chips chips={chips} otherwise={policies.nothing} />;
}

function linked(
  noun: string,
  { id, name }: { id: string; name: string },
  icon: Chip['icon'],
): Chip {
  return { key: id, label: name, icon, to: `/${noun}/${id}` };
}

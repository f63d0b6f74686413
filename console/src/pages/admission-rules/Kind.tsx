import { IconLock, IconPencil } from '@tabler/icons-react';
import { rules } from '#texts/rules';
import { Status } from '../../status/Status.tsx';
import type { Rule } from './queries.ts';

export const isBuiltIn = ({ type }: Rule) => type !== 'CUSTOM';

export const kindOf = (rule: Rule) => (isBuiltIn(rule) ? rules.builtIn : rules.custom);

/** Whether a rule came with the tenant, or was written by its people. */
export function Kind({ rule }: { rule: Rule }) {
  const icon = isBuiltIn(rule) ? IconLock : IconPencil;
  return <Status tone="idle" icon={icon} label={kindOf(rule)} />;
}

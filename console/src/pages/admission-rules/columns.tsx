import { IconAlertTriangle, IconClock } from '@tabler/icons-react';
import { rules } from '#texts/rules';
import { Status } from '../../status/Status.tsx';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import { Kind, kindOf } from './Kind.tsx';
import type { Rule } from './queries.ts';
import classes from './rules.module.css';

export const columns: Column<Rule>[] = [
  {
    id: 'name',
    header: rules.name,
    sort: 'name',
    cell: ({ name }) => name,
    csv: ({ name }) => name,
  },
  {
    id: 'condition',
    header: rules.condition,
    cell: (rule) => <Condition rule={rule} />,
    csv: ({ rule }) => rule,
  },
  {
    id: 'kind',
    header: rules.kind,
    phone: true,
    cell: (rule) => <Kind rule={rule} />,
    csv: kindOf,
  },
  {
    id: 'changed',
    header: rules.changed,
    sort: 'updatedAt',
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
    csv: ({ updatedAt }) => updatedAt,
  },
];

function Condition({ rule: { rule, hasTimeConstraint, error, warnings } }: { rule: Rule }) {
  return (
    <span className={classes['condition']}>
      {hasTimeConstraint && <IconClock size={13} role="img" aria-label={rules.timed} />}
      <code className={classes['code']}>{rule}</code>
      {error && <Status tone="bad" icon={IconAlertTriangle} label={error.detail} />}
      {warnings.map((warning) => (
        <Status key={warning} tone="warn" icon={IconAlertTriangle} label={warning} />
      ))}
    </span>
  );
}

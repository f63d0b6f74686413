import { ActionIcon, Menu } from '@mantine/core';
import { IconClock, IconDots, IconGripVertical, IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { policies } from '#texts/policies';
import { table } from '#texts/table';
import { Fragment } from 'react';
import { useMay } from '../../me/me.ts';
import { ActionMark } from './ActionMark.tsx';
import { type Policy, policyPath, rulePath } from './policy.ts';
import classes from './policies.module.css';
import { type RowChoice, rowActions } from './rowActions.ts';
import { Destinations, Sources } from './Sides.tsx';
import type { Dragging } from './useDragging.ts';

interface PolicyRowProps {
  policy: Policy;
  number: number;
  total: number;
  /** It is being moved. */
  isHeld: boolean;
  /** Null where it cannot be moved. */
  handle: ReturnType<Dragging['handle']> | null;
  onChoose: (choice: RowChoice, policy: Policy) => void;
}

export function PolicyRow({ policy, number, total, isHeld, handle, onChoose }: PolicyRowProps) {
  const { id, name, description, isDefault, action } = policy;
  return (
    <tr
      data-place={isDefault ? undefined : id}
      data-held={isHeld || undefined}
      data-default={isDefault || undefined}
    >
      <td className={classes['number']}>
        <span>
          {handle ? (
            <button
              type="button"
              className={classes['handle']}
              aria-label={policies.drag(name, number, total)}
              {...handle}
            >
              <IconGripVertical size={15} aria-hidden />
            </button>
          ) : (
            isDefault && <IconLock size={14} aria-hidden />
          )}
          {number}
        </span>
      </td>
      <td className={classes['name']}>
        <Link to={policyPath(id)} className={classes['open']} data-row-link>
          {name}
        </Link>
        {isDefault && <div data-dimmed>{policies.defaultHint}</div>}
        {!isDefault && description && <div data-dimmed>{description}</div>}
      </td>
      <td>
        <ActionMark allows={action} />
      </td>
      <td data-label={policies.sources}>
        <Sources policy={policy} />
      </td>
      <td data-label={policies.destinations}>
        <Destinations policy={policy} />
      </td>
      <td data-label={policies.admission}>
        <Admission policy={policy} />
      </td>
      <td className={classes['menu']}>
        <Choices {...{ policy, number, total, onChoose }} />
      </td>
    </tr>
  );
}

/** The rule that a policy carries, where it asks for anything. */
export function Admission({ policy: { rule } }: { policy: Policy }) {
  if (!rule || rule.type === 'ALLOW') return <span data-dimmed>{policies.anyRule}</span>;
  return (
    <Link to={rulePath(rule.id)} className={classes['chip']}>
      {rule.hasTimeConstraint && <IconClock size={13} aria-hidden />}
      <span>{rule.name}</span>
    </Link>
  );
}

type ChoicesProps = Pick<PolicyRowProps, 'policy' | 'number' | 'total' | 'onChoose'>;

function Choices({ policy, number, total, onChoose }: ChoicesProps) {
  const may = useMay();
  const place = number - 1;
  const possible = rowActions.filter(
    ({ needs, applies, ofDefault }) =>
      may(needs) && (policy.isDefault ? ofDefault : (applies?.(place, total) ?? true)),
  );
  if (possible.length === 0) return null;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={table.rowActions(policy.name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {possible.map(({ choice, label, icon: Glyph, danger }) => (
          <Fragment key={choice}>
            {danger && <Menu.Divider />}
            <Menu.Item
              leftSection={<Glyph size={15} />}
              c={danger ? 'var(--bad)' : undefined}
              onClick={() => onChoose(choice, policy)}
            >
              {label}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

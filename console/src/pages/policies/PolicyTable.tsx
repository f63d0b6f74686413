import { IconLock } from '@tabler/icons-react';
import { policies } from '#texts/policies';
import { useDeferredValue, useMemo } from 'react';
import { useMay } from '../../me/me.ts';
import { ActionMark } from './ActionMark.tsx';
import { moved } from './changes.ts';
import type { Policy } from './policy.ts';
import { PolicyRow } from './PolicyRow.tsx';
import classes from './policies.module.css';
import type { RowChoice } from './rowActions.ts';
import { type Dragging, useDragging } from './useDragging.ts';

/** So many rows are drawn before anything else; a long list's rest follows at once. */
const first = 50;

interface PolicyTableProps {
  rows: Policy[];
  /** How many there are that can be moved. */
  total: number;
  /** All are shown, so that their order can be changed. */
  isWhole: boolean;
  /** One that was dropped elsewhere, and is not saved there yet. */
  tentative: { id: string; to: number } | null;
  onMove: (id: string, to: number) => void;
  onChoose: (choice: RowChoice, policy: Policy) => void;
}

export function PolicyTable(props: PolicyTableProps) {
  const { rows, total, isWhole, tentative, onMove, onChoose } = props;
  const may = useMay();
  const ids = useMemo(() => rows.filter(({ isDefault }) => !isDefault).map(({ id }) => id), [rows]);
  const dragging = useDragging({ ids, onDrop: onMove });
  const away = dragging.held ?? tentative;
  const from = away ? ids.indexOf(away.id) : -1;
  const ordered = away && from >= 0 ? moved(rows, from, away.to) : rows;
  const drawsAll = useDeferredValue(true, false);
  const drawn = drawsAll ? ordered : ordered.slice(0, first);
  const canMove = isWhole && ids.length > 1 && may('PoliciesController_reorder');
  return (
    <div className={classes['panel']}>
      <table className={classes['policies']}>
        <thead>
          <tr>
            <th scope="col">{policies.order}</th>
            <th scope="col">{policies.name}</th>
            <th scope="col">{policies.action}</th>
            <th scope="col">{policies.sources}</th>
            <th scope="col">{policies.destinations}</th>
            <th scope="col">{policies.admission}</th>
            <th>
              <span className={classes['hidden']}>{policies.edit}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {drawn.map((policy, place) => (
            <PolicyRow
              key={policy.id}
              policy={policy}
              number={isWhole ? place + 1 : policy.order + 1}
              total={total}
              isHeld={policy.id === away?.id}
              handle={canMove && !policy.isDefault ? dragging.handle(policy.id) : null}
              onChoose={onChoose}
            />
          ))}
          {!rows.some(({ isDefault }) => isDefault) && isWhole && <Otherwise />}
        </tbody>
      </table>
      <Said rows={rows} held={dragging.held} total={total} />
    </div>
  );
}

/** What holds where a list has no default of its own: what is not allowed is denied. */
function Otherwise() {
  return (
    <tr data-default>
      <td className={classes['number']}>
        <span>
          <IconLock size={14} aria-hidden />
        </span>
      </td>
      <td className={classes['name']}>
        <strong>{policies.default}</strong>
        <div data-dimmed>{policies.defaultHint}</div>
      </td>
      <td>
        <ActionMark allows={false} />
      </td>
      <td data-label={policies.sources}>{policies.everybody}</td>
      <td data-label={policies.destinations}>
        <span data-dimmed>{policies.everythingElse}</span>
      </td>
      <td data-label={policies.admission} colSpan={2}>
        <span data-dimmed>{policies.anyRule}</span>
      </td>
    </tr>
  );
}

interface SaidProps {
  rows: Policy[];
  held: Dragging['held'];
  total: number;
}

/** Where a policy is that is being moved, for those who hear it. */
function Said({ rows, held, total }: SaidProps) {
  const name = rows.find(({ id }) => id === held?.id)?.name ?? '';
  const place = (held?.to ?? 0) + 1;
  const here = held?.from === held?.to;
  return (
    <div className={classes['hidden']} role="status">
      {held && (here ? policies.grabbed(name, place) : policies.movedTo(name, place, total))}
    </div>
  );
}

import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowsUpDown,
  IconArrowUp,
  IconCopy,
  IconEdit,
  type Icon,
  IconTrash,
} from '@tabler/icons-react';
import { policies } from '#texts/policies';
import type { Way } from './doing.ts';

export type RowChoice = Exclude<Way, 'add'> | 'up' | 'down' | 'delete';

interface RowAction {
  choice: RowChoice;
  label: string;
  icon: Icon;
  needs: string;
  danger?: boolean;
  /** Whether it can be done to the policy at a place, of so many that can be moved. */
  applies?: (place: number, total: number) => boolean;
  /** The default has it, too. */
  ofDefault?: boolean;
}

const creates = 'PoliciesController_create';
const moves = 'PoliciesController_reorder';

export const rowActions: RowAction[] = [
  {
    choice: 'edit',
    label: policies.edit,
    icon: IconEdit,
    needs: 'PoliciesController_update',
    ofDefault: true,
  },
  { choice: 'duplicate', label: policies.duplicate, icon: IconCopy, needs: creates },
  { choice: 'above', label: policies.createAbove, icon: IconArrowBarToUp, needs: creates },
  { choice: 'below', label: policies.createBelow, icon: IconArrowBarToDown, needs: creates },
  {
    choice: 'up',
    label: policies.moveUp,
    icon: IconArrowUp,
    needs: moves,
    applies: (place) => place > 0,
  },
  {
    choice: 'down',
    label: policies.moveDown,
    icon: IconArrowDown,
    needs: moves,
    applies: (place, total) => place < total - 1,
  },
  {
    choice: 'move',
    label: policies.moveTo,
    icon: IconArrowsUpDown,
    needs: moves,
    applies: (_, total) => total > 2,
  },
  {
    choice: 'delete',
    label: policies.remove,
    icon: IconTrash,
    needs: 'PoliciesController_delete',
    danger: true,
  },
];

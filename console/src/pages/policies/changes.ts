import type { components } from '../../api/schema.d.ts';
import { bodyOf, type Policy, type PolicyBody, type PolicyType } from './policy.ts';

export type Change = components['schemas']['SupposedChange'];

export function toUpdate(id: string, body: PolicyBody): Change[] {
  return [{ operation: 'PoliciesController_update', parameters: { id }, body }];
}

export function toDelete(id: string): Change[] {
  return [{ operation: 'PoliciesController_delete', parameters: { id } }];
}

export function toReorder(type: PolicyType, order: string[]): Change[] {
  const body = { type, policies: order };
  return [{ operation: 'PoliciesController_reorder', parameters: {}, body }];
}

/**
 * A new policy at a place of a list, as changes that a preview can try.
 *
 * The id of what a preview makes is known to nobody, so that it cannot be moved there. Instead the
 * list's last policy takes the place and becomes the new one, and a copy of it is made at the end.
 * The change that has `body` in it is told by `own`.
 */
export function toCreate(
  type: PolicyType,
  body: PolicyBody,
  place: number,
  movable: Policy[],
): { changes: Change[]; own: number } {
  const last = movable.at(-1);
  if (!last || place >= movable.length) return { changes: [creation(type, body)], own: 0 };
  const order = movable.slice(0, -1).map(({ id }) => id);
  const changes = [
    ...toReorder(type, order.toSpliced(place, 0, last.id)),
    creation(type, bodyOf(last)),
    ...toUpdate(last.id, body),
  ];
  return { changes, own: 2 };
}

function creation(type: PolicyType, body: PolicyBody): Change {
  return {
    operation: 'PoliciesController_create',
    parameters: {},
    body: { ...body, type, rule: body.rule || null },
  };
}

/** The same list with one of it at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const [one] = list.slice(from, from + 1);
  return one === undefined ? [...list] : list.toSpliced(from, 1).toSpliced(to, 0, one);
}

import { policies } from '#texts/policies';
import { del, get, patch, post } from '../../api/call.ts';
import { listQuery } from '../../api/list.ts';
import { queryClient } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { refused, told } from '../../confirm/toast.ts';
import type { Attempt } from '../../form/useForm.ts';
import { moved, toCreate, toDelete, toReorder, toUpdate } from './changes.ts';
import type { Policy, PolicyBody, PolicyType } from './policy.ts';
import { policiesOf } from './queries.ts';
import type { Decision, ReviewChanges } from './useReview.tsx';

type ReorderPolicies = components['schemas']['ReorderPolicies'];

const { titles, actions } = policies.preview;

const lastReorders = listQuery({
  conditions: [{ field: 'operation', operator: 'eq', value: 'PoliciesController_reorder' }],
  sort: '-sequence',
  limit: 10,
});

const ids = (rows: Policy[]) => rows.map(({ id }) => id);
const isMovable = ({ isDefault }: Policy) => !isDefault;

/** The movable policies of a type as they stand now, not as they were read. */
async function movableNow(type: PolicyType): Promise<Policy[]> {
  const rows = await queryClient.fetchQuery({ ...policiesOf(type), staleTime: 0 });
  return rows.filter(isMovable);
}

/** Make a policy at a place of its list; resolves to `false` if the preview was not liked. */
export async function create(
  review: ReviewChanges,
  { type, place, body }: { type: PolicyType; place: number; body: PolicyBody },
  attempt: Attempt,
): Promise<void | false> {
  const before = await movableNow(type);
  const decision = await review({
    title: titles.create(body.name),
    action: actions.create,
    ...toCreate(type, body, place, before),
  });
  if (!decision) return false;
  const ignorePolicyTests = decision.ignorePolicyTests || attempt.ignorePolicyTests;
  const { idempotencyKey } = attempt;
  const sent = { ...body, type, rule: body.rule || null };
  // Last first, then up: until it has moved, it decides less than it will, never more.
  const made = await post('/tenants/policies', { body: sent, ignorePolicyTests, idempotencyKey });
  if (place < before.length) await placed(made.body, { type, place, ignorePolicyTests });
  else told(policies.created(body.name));
  await queryClient.invalidateQueries();
}

interface Place {
  type: PolicyType;
  place: number;
  ignorePolicyTests: boolean;
}

async function placed(made: Policy, { type, place, ignorePolicyTests }: Place): Promise<void> {
  const others = (await movableNow(type)).filter(({ id }) => id !== made.id);
  const order = ids(others).toSpliced(place, 0, made.id);
  const seen = [...ids(others), made.id];
  try {
    await reorder({ type, policies: order }, seen, { ignorePolicyTests });
    told(policies.created(made.name));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    refused(new Error(policies.notPlaced(made.name) + why));
  }
}

/** Change a policy that is still what had the ETag. */
export async function update(
  review: ReviewChanges,
  { id, etag, body }: { id: string; etag: string | null; body: PolicyBody },
  attempt: Attempt,
): Promise<void | false> {
  const decision = await review({
    title: titles.update(body.name),
    action: actions.update,
    changes: toUpdate(id, body),
  });
  if (!decision) return false;
  await patch('/tenants/policies/{id}', {
    path: { id },
    body,
    ifMatch: attempt.overwrite ? null : etag,
    ignorePolicyTests: decision.ignorePolicyTests || attempt.ignorePolicyTests,
  });
  told(policies.updated(body.name));
  await queryClient.invalidateQueries();
}

/** Delete a policy after a look at what that does; resolves to whether it was. */
export async function remove(review: ReviewChanges, policy: Policy): Promise<boolean> {
  const { id, name } = policy;
  const { etag } = await get('/tenants/policies/{id}', { path: { id } });
  const decision = await review({
    title: titles.remove(name),
    action: actions.remove,
    danger: true,
    changes: toDelete(id),
  });
  if (!decision) return false;
  await del('/tenants/policies/{id}', { path: { id }, ifMatch: etag, ...decision });
  told(policies.removed(name));
  await queryClient.invalidateQueries();
  return true;
}

/** Move a policy within the list that was seen; refused if that is another one by now. */
export async function move(
  review: ReviewChanges,
  { seen, id, to }: { seen: Policy[]; id: string; to: number },
): Promise<void> {
  const place = seen.findIndex((each) => each.id === id);
  const policy = seen[place];
  if (!policy || place === to) return;
  const order = moved(ids(seen), place, to);
  const decision = await review({
    title: titles.move(policy.name, to + 1),
    action: actions.move,
    changes: toReorder(policy.type, order),
  });
  if (decision) await reordered(policy, { seen, order, to, decision });
}

interface Order {
  seen: Policy[];
  order: string[];
  to: number;
  decision: Decision;
}

async function reordered(policy: Policy, { seen, order, to, decision }: Order): Promise<void> {
  const { type, name } = policy;
  const now = await movableNow(type);
  if (ids(now).join() !== ids(seen).join()) throw new Error(policies.orderChanged);
  await reorder({ type, policies: order }, ids(seen), decision);
  told(policies.moved(name, to + 1));
  await queryClient.invalidateQueries();
}

/** Put a list into an order; the operation takes the whole order and knows no If-Match. */
async function reorder(wanted: ReorderPolicies, seen: string[], decision: Decision): Promise<void> {
  await patch('/tenants/policies/reorder', { body: wanted, ...decision });
  void tellReplaced(wanted, seen).catch(refused);
}

/** Tell if what was replaced is not what was seen: the event of it has what was before. */
async function tellReplaced(wanted: ReorderPolicies, seen: string[]): Promise<void> {
  const { body } = await get('/tenants/audit-events', { query: lastReorders });
  const mine = body.data.find(({ after }) => isOrder(after, wanted.policies));
  if (mine && !isOrder(mine.before, seen)) refused(new Error(policies.orderReplaced));
}

const isOrder = (side: Record<string, unknown> | null, order: string[]) =>
  String(side?.['policies']) === order.join();

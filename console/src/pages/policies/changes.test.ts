import { describe, expect, test } from 'vitest';
import { moved, toCreate } from './changes.ts';
import type { Policy, PolicyBody } from './policy.ts';

const body = { name: 'New', rule: 'r' } as PolicyBody;
const named = (id: string) =>
  ({
    id,
    name: id,
    groups: [],
    users: [],
    devices: [],
    resources: [],
    gateways: [],
  }) as unknown as Policy;

describe('a new policy', () => {
  test('at the end is only made', () => {
    const { changes, own } = toCreate('PRIVATE', body, 2, [named('a'), named('b')]);
    expect(changes.map(({ operation }) => operation)).toEqual(['PoliciesController_create']);
    expect(own).toBe(0);
  });

  test('in between takes the place of the last, of which a copy follows', () => {
    const { changes, own } = toCreate('PRIVATE', body, 1, [named('a'), named('b'), named('c')]);
    expect(changes[0]?.body).toEqual({ type: 'PRIVATE', policies: ['a', 'c', 'b'] });
    expect(changes[1]?.body).toMatchObject({ name: 'c' });
    expect(changes[own]).toMatchObject({ parameters: { id: 'c' }, body: { name: 'New' } });
  });
});

test('a list keeps all that it has when one is moved', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
});

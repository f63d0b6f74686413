import { expect, test } from 'vitest';
import { layout, type Shown } from './layout.ts';
import type { Topology } from './queries.ts';

const gateway = (id: string, status = 'ONLINE', current: boolean | null = true) =>
  ({ id, name: id, status, current, enforcedRevision: 1 }) as Topology['gateways'][number];
const group = (id: string, ways: [string, number, number][]) => ({
  id,
  name: id,
  total: 10,
  online: 5,
  gateways: ways.map(([gatewayId, online, total]) => ({ gatewayId, online, total })),
});
const resource = (id: string, gatewayIds: string[]) =>
  ({ id, name: id, type: 'PRIVATE', gatewayIds }) as Topology['resources'][number];
const device = (id: string, online: boolean, gatewayIds: string[]) => ({
  id,
  name: id,
  userId: 'u',
  online,
  gatewayIds,
});

const topology: Topology = {
  revision: 7,
  gateways: [gateway('berlin'), gateway('lisbon', 'OFFLINE', false)],
  groups: [group('support', [['lisbon', 2, 4]]), group('staff', [['berlin', 0, 16]])],
  resources: [
    resource('orphan', []),
    resource('printer', ['lisbon', 'berlin']),
    resource('wiki', ['berlin']),
  ],
  devices: [],
  more: 0,
};
const shown: Shown = {
  group: undefined,
  devices: [],
  most: { groups: 40, devices: 40, resources: 40 },
};
const ids = (boxes: { id: string }[]) => boxes.map(({ id }) => id);

test('things stand by the gateways they are tied to, and those tied to none come last', () => {
  const { boxes } = layout(topology, shown);
  expect(ids(boxes).join(' ')).toBe('staff support berlin lisbon wiki printer orphan');
});

test('a line is as wide as many go there, and says how they fare', () => {
  const lines = Object.fromEntries(layout(topology, shown).lines.map((each) => [each.id, each]));
  expect(lines['staff berlin']).toMatchObject({ health: 'idle', width: 7, backup: false });
  expect(lines['support lisbon']).toMatchObject({ health: 'down', width: 4.25 });
  expect(lines['lisbon printer']).toMatchObject({ health: 'down', backup: false });
  expect(lines['berlin printer']).toMatchObject({ health: 'up', backup: true });
});

test('a group that opens moves what is below it, and no gateway', () => {
  const devices = [device('one', true, ['berlin']), device('two', false, ['berlin'])];
  const before = layout(topology, shown);
  const after = layout(topology, { ...shown, group: 'staff', devices });
  const at = (found: typeof before, id: string) => found.boxes.find((box) => box.id === id);
  expect(at(after, 'berlin')).toEqual(at(before, 'berlin'));
  expect(at(after, 'support')?.y).toBeGreaterThan(at(before, 'support')?.y ?? 0);
  expect(after.lines.find(({ from }) => from === 'staff one')?.health).toBe('up');
  expect(after.lines.find(({ from }) => from === 'staff two')?.health).toBe('idle');
});

test('of a thousand devices the first are drawn and the rest counted, none over another', () => {
  const devices = Array.from({ length: 1000 }, (_, n) => device(`d${n}`, n % 2 === 0, ['berlin']));
  const { boxes, height } = layout(topology, { ...shown, group: 'staff', devices });
  expect(boxes.filter(({ kind }) => kind === 'device')).toHaveLength(40);
  expect(boxes.find(({ kind }) => kind === 'more')).toMatchObject({ of: 'devices', count: 960 });
  const left = boxes.filter(({ x }) => x < 300);
  for (const [place, box] of left.entries()) {
    const next = left[place + 1];
    if (next) expect(box.y + box.height).toBeLessThanOrEqual(next.y);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
  }
});

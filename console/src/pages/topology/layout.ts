import { type Health, healthOf, wayHealth } from './health.ts';
import type { Device, Gateway, Group, Resource, Topology } from './queries.ts';

interface Place {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Box =
  | (Place & { kind: 'group'; group: Group })
  | (Place & { kind: 'device'; device: Device })
  | (Place & { kind: 'gateway'; gateway: Gateway })
  | (Place & { kind: 'resource'; resource: Resource })
  | (Place & { kind: 'more'; of: Column; count: number });

export interface Line {
  id: string;
  from: string;
  to: string;
  /** An SVG path, and the middle of it. */
  path: string;
  middle: { x: number; y: number };
  width: number;
  health: Health;
  /** Taken only while the first choice does not work. */
  backup: boolean;
}

export type Column = 'groups' | 'devices' | 'resources';

export interface Shown {
  /** The group whose devices are shown one by one. */
  group: string | undefined;
  devices: Device[];
  /** How many of each are drawn at most. */
  most: Record<Column, number>;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
  lines: Line[];
}

export const columns = { who: 0, gateways: 400, resources: 760 } as const;
const width = 240;
const indent = 28;
const tall = 52;
const flat = 34;
const gap = 12;
const close = 4;
const head = 32;
/** As much as a screen shows: what is in the middle of a longer picture would not be seen. */
const atOnce = 560;

type Unplaced = Box extends infer B ? (B extends Place ? Omit<B, 'y'> : never) : never;

/** Where everything of a picture stands, in pixels. */
export function layout(topology: Topology, shown: Shown): Layout {
  const order = new Map(topology.gateways.map(({ id }, place) => [id, place]));
  const groups = sorted(topology.groups, order, ({ gateways }) =>
    gateways.map(({ gatewayId }) => gatewayId),
  );
  const resources = sorted(topology.resources, order, ({ gatewayIds }) => gatewayIds.slice(0, 1));
  const who = stacked(groupBoxes(groups, shown));
  const middle = stacked(topology.gateways.map(gatewayBox));
  const what = stacked(resourceBoxes(resources, shown.most.resources));
  // As though no group were open, so that gateways stay where they are when one opens.
  const closed = stacked(groupBoxes(groups, { ...shown, group: undefined }));
  const base = Math.max(bottom(closed), bottom(middle), bottom(what));
  const boxes = [...centred(who, closed, base), ...centred(middle, middle, base)];
  boxes.push(...centred(what, what, base));
  return {
    width: columns.resources + width,
    height: bottom(boxes),
    boxes,
    lines: drawn(topology, boxes),
  };
}

/** Things next to the gateways that they are tied to, so that lines cross little. */
function sorted<T>(things: T[], order: Map<string, number>, tied: (thing: T) => string[]): T[] {
  const weight = (thing: T) => {
    const places = tied(thing).flatMap((id) => order.get(id) ?? []);
    return places.length === 0
      ? Number.POSITIVE_INFINITY
      : places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  const weights = new Map(things.map((thing) => [thing, weight(thing)]));
  return things.toSorted((a, b) => {
    const [first = 0, second = 0] = [weights.get(a), weights.get(b)];
    return first === second ? 0 : first - second;
  });
}

function groupBoxes(groups: Group[], shown: Shown): Unplaced[] {
  const boxes: Unplaced[] = [];
  for (const group of groups.slice(0, shown.most.groups)) {
    boxes.push({ kind: 'group', id: group.id, group, x: columns.who, width, height: tall });
    if (group.id === shown.group) boxes.push(...deviceBoxes(group, shown));
  }
  return [...boxes, ...rest('groups', groups.length - shown.most.groups)];
}

function deviceBoxes(group: Group, { devices, most }: Shown): Unplaced[] {
  const boxes: Unplaced[] = devices.slice(0, most.devices).map((device) => ({
    kind: 'device',
    // One device is of several groups.
    id: `${group.id} ${device.id}`,
    device,
    x: columns.who + indent,
    width: width - indent,
    height: flat,
  }));
  return [...boxes, ...rest('devices', devices.length - most.devices)];
}

function gatewayBox(gateway: Gateway): Unplaced {
  return { kind: 'gateway', id: gateway.id, gateway, x: columns.gateways, width, height: tall };
}

function resourceBoxes(resources: Resource[], most: number): Unplaced[] {
  const boxes: Unplaced[] = resources.slice(0, most).map((resource) => ({
    kind: 'resource',
    id: resource.id,
    resource,
    x: columns.resources,
    width,
    height: tall,
  }));
  return [...boxes, ...rest('resources', resources.length - most)];
}

function rest(of: Column, count: number): Unplaced[] {
  if (count <= 0) return [];
  const x = { groups: columns.who, devices: columns.who + indent, resources: columns.resources }[
    of
  ];
  const wide = of === 'devices' ? width - indent : width;
  return [{ kind: 'more', id: `more ${of}`, of, count, x, width: wide, height: flat }];
}

function stacked(boxes: Unplaced[]): Box[] {
  let y = head;
  return boxes.map((box, place) => {
    const here = { ...box, y };
    const next = boxes[place + 1];
    y += box.height + (next && isOfGroup(next) ? close : gap);
    return here as Box;
  });
}

function isOfGroup(box: Unplaced): boolean {
  return box.kind === 'device' || (box.kind === 'more' && box.of === 'devices');
}

function bottom(boxes: Box[]): number {
  return Math.max(head, ...boxes.map(({ y, height }) => y + height));
}

function centred(boxes: Box[], measured: Box[], base: number): Box[] {
  const down = Math.max(0, Math.round((Math.min(base, atOnce) - bottom(measured)) / 2));
  return boxes.map((box) => ({ ...box, y: box.y + down }));
}

function drawn(topology: Topology, boxes: Box[]): Line[] {
  const gateways = new Map(topology.gateways.map((each) => [each.id, each]));
  const places = new Map(boxes.map((box) => [box.id, box]));
  const most = Math.max(1, ...topology.groups.flatMap((g) => g.gateways.map((way) => way.total)));
  return boxes.flatMap((box) => waysOf(box, gateways, most)).flatMap((way) => line(way, places));
}

type Way = Pick<Line, 'from' | 'to' | 'width' | 'health' | 'backup'>;

const thinnest = 1.5;
const thickest = 7;

function waysOf(box: Box, gateways: Map<string, Gateway>, most: number): Way[] {
  const known = (id: string) => gateways.get(id) ?? [];
  const { id: from } = box;
  if (box.kind === 'group') {
    return box.group.gateways.flatMap((way) =>
      [known(way.gatewayId)].flat().map((gateway) => ({
        from,
        to: gateway.id,
        width: thinnest + (thickest - thinnest) * Math.sqrt(way.total / most),
        health: wayHealth(gateway, way),
        backup: false,
      })),
    );
  }
  if (box.kind === 'device') {
    return box.device.gatewayIds.flatMap(known).map((gateway) => ({
      from,
      to: gateway.id,
      width: thinnest,
      health: box.device.online || healthOf(gateway) !== 'up' ? healthOf(gateway) : 'idle',
      backup: false,
    }));
  }
  if (box.kind !== 'resource') return [];
  return box.resource.gatewayIds.flatMap(known).map((gateway, place) => ({
    from: gateway.id,
    to: box.id,
    width: thinnest,
    health: healthOf(gateway),
    backup: place > 0,
  }));
}

function line(way: Way, places: Map<string, Box>): Line[] {
  const [from, to] = [places.get(way.from), places.get(way.to)];
  if (!from || !to) return [];
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const bend = (x1 + x2) / 2;
  return [
    {
      ...way,
      id: `${way.from} ${way.to}`,
      path: `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`,
      middle: { x: bend, y: (y1 + y2) / 2 },
    },
  ];
}

import {
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconDeviceLaptop,
  type Icon,
  IconRouter,
  IconServer,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { explain } from '#texts/explain';
import { Status, type Tone } from '../../status/Status.tsx';
import classes from './explain.module.css';
import type { Access } from './queries.ts';

const { states } = explain;
type State = [Tone, Icon, string];

const fine: State = ['ok', IconCircleCheck, states.open];
const bad = (word: string): State => ['bad', IconCircleX, word];

/** Device, gateway and resource, and where it ends. */
export function PathDrawing({ access }: { access: Access }) {
  const { device, gateway, destination, allowed } = access;
  const place = destination.resource;
  return (
    <ol className={classes['path']} data-open={allowed || undefined}>
      <Stop
        kind={explain.device}
        icon={IconDeviceLaptop}
        name={device.name}
        to={`/devices/${device.id}`}
        state={deviceState(access)}
      />
      <Stop
        kind={explain.gateway}
        icon={IconRouter}
        name={gateway?.name ?? explain.noGateway}
        to={gateway ? `/gateways/${gateway.id}` : null}
        state={gatewayState(access)}
      />
      <Stop
        kind={explain.resource}
        icon={IconServer}
        name={place?.name ?? explain.unknownPlace}
        to={place ? `/resources/${place.id}` : null}
        state={placeState(access)}
      />
    </ol>
  );
}

function deviceState({ cause }: Access): State | null {
  if (cause === 'DEVICE') return bad(states.device);
  if (cause === 'USER') return bad(states.user);
  return null;
}

function gatewayState({ cause, gateway, allowed }: Access): State | null {
  if (cause === 'GATEWAY') return bad(states.missing);
  if (!allowed || !gateway) return null;
  if (gateway.enforces === false) return ['warn', IconClock, states.notInForce];
  return gateway.enforces ? ['ok', IconCircleCheck, states.inForce] : null;
}

function placeState({ cause, allowed }: Access): State | null {
  if (allowed) return fine;
  if (cause === 'DESTINATION') return bad(states.missing);
  return cause === 'POLICY' || cause === 'DEFAULT' ? bad(states.blocked) : null;
}

interface StopProps {
  kind: string;
  icon: Icon;
  name: string;
  to: string | null;
  state: State | null;
}

function Stop({ kind, icon: Glyph, name, to, state }: StopProps) {
  return (
    <li data-tone={state?.[0]}>
      <span className={classes['glyph']}>
        <Glyph size={20} stroke={1.6} aria-hidden />
      </span>
      <span data-dimmed>{kind}</span>
      {to ? <Link to={to}>{name}</Link> : <span>{name}</span>}
      {state && <Status tone={state[0]} icon={state[1]} label={state[2]} />}
    </li>
  );
}

import type { Denial } from './queries.ts';

type Place = Pick<Denial, 'destination' | 'protocol' | 'port'>;

/** Where packets went, as people write it; null: to too many places to tell. */
export function where({ destination, protocol, port }: Place): string | null {
  if (!destination || !protocol) return null;
  if (port === null) return `${destination} ${/\d/.test(protocol) ? `IP ${protocol}` : protocol}`;
  const place = address(destination, port);
  return protocol === 'TCP' ? place : `${place} ${protocol}`;
}

const askable = new Set(['TCP', 'UDP', 'ICMP']);

/** The question of the page Explain that answers why; null: there is none. */
export function question(
  denial: Place & Pick<Denial, 'deviceId' | 'lastAt'>,
): { device: string; to: string; at: string } | null {
  const { destination, protocol, port, deviceId, lastAt } = denial;
  if (!destination || !protocol || !askable.has(protocol)) return null;
  const place = port === null ? destination : address(destination, port);
  return { device: deviceId, to: `${place}/${protocol.toLowerCase()}`, at: lastAt };
}

const address = (host: string, port: number) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

import type { NetworkProtocol, Protocol } from '../protocols/protocol.ts';

const written = /^(?:(tcp|udp)\s*)?(\d{1,5}(?:\s*-\s*\d{1,5})?)$/i;
const own = /^(TCP|UDP) (\d+(?:-\d+)?)$/;

/** The ports that a typed text can mean, as `TCP 8443`; none where it is no port. */
export function portsOf(text: string): string[] {
  const found = written.exec(text.trim());
  if (!found) return [];
  const port = found[2]?.replaceAll(/\s/g, '');
  const protocols = found[1] ? [found[1].toUpperCase()] : ['TCP', 'UDP'];
  return protocols.map((protocol) => `${protocol} ${port}`);
}

/** A chosen port as the API writes it; null where a value is the id of a protocol. */
export function portOf(value: string): NetworkProtocol | null {
  const found = own.exec(value);
  return found ? { protocol: found[1] as 'TCP' | 'UDP', port: found[2] ?? null } : null;
}

/** The protocol that is exactly this port, if there is one. */
export function sameAs(port: NetworkProtocol, protocols: Protocol[]): Protocol | undefined {
  return protocols.find(
    ({ networkProtocols: [only, ...others] }) =>
      others.length === 0 && only?.protocol === port.protocol && only.port === port.port,
  );
}

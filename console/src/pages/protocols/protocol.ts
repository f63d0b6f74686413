import { protocols } from '#texts/protocols';
import type { components } from '../../api/schema.d.ts';

export type Protocol = components['schemas']['Protocol'];
export type NetworkProtocol = components['schemas']['NetworkProtocol'];

/** A protocol's ports as people write them: "TCP 80, TCP 443". */
export function portsOf({ networkProtocols }: Protocol): string {
  if (networkProtocols.length === 0) return protocols.everything;
  return networkProtocols
    .map(({ protocol, port }) => `${protocol} ${port ?? ''}`.trim())
    .join(', ');
}

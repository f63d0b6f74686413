import type { components } from '../../api/schema.d.ts';

type Configuration = components['schemas']['WireguardConfiguration'];

/** Seconds; a device behind NAT stays reachable, and is seen to be there. */
const keepalive = 25;

/** A configuration for wg-quick and the WireGuard apps. */
export function wgQuick(configuration: Configuration, privateKey: string): string {
  const { name, addresses, peers } = configuration;
  const own = [
    `# ${name}`,
    '[Interface]',
    `PrivateKey = ${privateKey}`,
    `Address = ${addresses.map(whole).join(', ')}`,
  ];
  const others = peers.map((peer) => [
    `# ${peer.name}`,
    '[Peer]',
    `PublicKey = ${peer.publicKey}`,
    `Endpoint = ${peer.endpoint}`,
    `AllowedIPs = ${peer.allowedIps.join(', ')}`,
    `PersistentKeepalive = ${keepalive}`,
  ]);
  return `${[own, ...others].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function whole(address: string): string {
  return address.includes(':') ? `${address}/128` : `${address}/32`;
}

/** A file's name that wg-quick takes as an interface's: at most 15 plain characters. */
export function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 15)
    .replaceAll(/^-+|-+$/g, '');
  return `${plain || 'gatescale'}.conf`;
}

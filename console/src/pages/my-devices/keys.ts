/** A WireGuard key pair, each half 32 bytes in base64. */
export interface KeyPair {
  privateKey: string;
  publicKey: string;
}

/**
 * Make a key pair in this browser.
 *
 * Throws where the browser has no X25519, or the page no right to cryptography (plain HTTP).
 */
export async function makeKeys(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey({ name: 'X25519' }, true, ['deriveBits']);
  if (!('privateKey' in pair)) throw new TypeError('X25519 makes key pairs.');
  const { d, x } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  if (d === undefined || x === undefined) throw new TypeError('An X25519 key has d and x.');
  return { privateKey: base64(d), publicKey: base64(x) };
}

/** Base64 as WireGuard has it, from that of JSON Web Keys: 32 bytes take one sign of padding. */
function base64(url: string): string {
  return `${url.replaceAll('-', '+').replaceAll('_', '/')}=`;
}

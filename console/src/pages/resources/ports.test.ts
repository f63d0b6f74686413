import { expect, test } from 'vitest';
import { portOf, portsOf } from './ports.ts';

test.each([
  ['8443', ['TCP 8443', 'UDP 8443']],
  ['udp 5000 - 5100', ['UDP 5000-5100']],
  ['TCP443', ['TCP 443']],
  ['SSH', []],
])('%s can mean %j', (text, ports) => {
  expect(portsOf(text)).toEqual(ports);
});

test('a chosen port is told from the id of a protocol', () => {
  expect(portOf('UDP 5000-5100')).toEqual({ protocol: 'UDP', port: '5000-5100' });
  expect(portOf('7b9c1c1e-52d4-4a2f-9d5e-0c6f1f3a8e21')).toBeNull();
});

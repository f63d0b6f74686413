import { expect, test } from 'vitest';
import { fileName, wgQuick } from './configuration.ts';

test('a configuration has the device and each gateway', () => {
  const told = wgQuick(
    {
      id: '1',
      name: 'Phone',
      addresses: ['100.64.0.2', 'fd00::2'],
      peers: [
        {
          name: 'Berlin',
          publicKey: 'PUB=',
          endpoint: 'gw.example.com:51820',
          allowedIps: ['10.0.0.5/32', '10.1.0.0/16'],
        },
      ],
    },
    'KEY=',
  );
  expect(told).toBe(`# Phone
[Interface]
PrivateKey = KEY=
Address = 100.64.0.2/32, fd00::2/128

# Berlin
[Peer]
PublicKey = PUB=
Endpoint = gw.example.com:51820
AllowedIPs = 10.0.0.5/32, 10.1.0.0/16
PersistentKeepalive = 25
`);
});

test.each([
  ['My phone', 'my-phone.conf'],
  ['Zoë’s very long telephone', 'zoe-s-very-long.conf'],
  ['电话', 'gatescale.conf'],
])('%s is saved as %s', (name, file) => {
  expect(fileName(name)).toBe(file);
});

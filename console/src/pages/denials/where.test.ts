import { expect, test } from 'vitest';
import { question, where } from './where.ts';

const denial = { deviceId: 'd1', lastAt: '2026-01-02T03:04:05.000000Z' };

test.each([
  [{ destination: '10.0.0.5', protocol: 'TCP', port: 22 }, '10.0.0.5:22', '10.0.0.5:22/tcp'],
  [{ destination: 'fd00::5', protocol: 'UDP', port: 53 }, '[fd00::5]:53 UDP', '[fd00::5]:53/udp'],
  [{ destination: '10.0.0.5', protocol: 'ICMP', port: null }, '10.0.0.5 ICMP', '10.0.0.5/icmp'],
])('%j is written %s and asked as %s', (place, written, asked) => {
  expect(where(place)).toBe(written);
  expect(question({ ...denial, ...place })).toEqual({ device: 'd1', to: asked, at: denial.lastAt });
});

test('what cannot be asked is not', () => {
  const gre = { destination: '10.0.0.5', protocol: '47', port: null };
  expect(question({ ...denial, ...gre })).toBeNull();
  expect(where(gre)).toBe('10.0.0.5 IP 47');
  const many = { destination: null, protocol: null, port: null };
  expect(question({ ...denial, ...many })).toBeNull();
  expect(where(many)).toBeNull();
});

import { expect, test } from 'vitest';
import { matterOf } from './matters.ts';

const offline = { code: 'gatewayOffline', kind: 'gateway', severity: 'HIGH' } as const;

test('one thing is led to, several to their list', () => {
  expect(matterOf({ ...offline, count: 1, targetIds: ['a'] }).to).toBe('/gateways/a');
  expect(matterOf({ ...offline, count: 2, targetIds: ['a', 'b'] })).toMatchObject({
    text: '2 gateways are offline',
    to: '/gateways?status=OFFLINE',
  });
});

test('what cannot be read is named by its kind', () => {
  const rule = { code: 'unreadable', kind: 'admission rule', severity: 'HIGH' } as const;
  expect(matterOf({ ...rule, count: 1, targetIds: ['a'] })).toMatchObject({
    text: '1 admission rule cannot be read and is left out',
    to: '/access/admission-rules/a',
  });
  expect(matterOf({ ...rule, count: 3, targetIds: ['a', 'b', 'c'] })).toMatchObject({
    text: '3 admission rules cannot be read and are left out',
    to: '/access/admission-rules',
  });
});

test('a key has no page of its own', () => {
  const key = { code: 'apiKeyExpiring', kind: 'api key', severity: 'MEDIUM' } as const;
  expect(matterOf({ ...key, count: 1, targetIds: ['a'] }).to).toBe(
    '/settings/api-keys?sort=expiresAt',
  );
});

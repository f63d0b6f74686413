import { expect, test } from 'vitest';
import { changes } from './changes.ts';
import type { Signals } from './device.ts';

const report = (signals: Partial<Signals>): Signals =>
  ({
    firewall: true,
    osName: 'Debian',
    secureBoot: null,
    extra: { level: 3 },
    ...signals,
  }) as never;

test('a report tells what is other than before', () => {
  const before = report({});
  const now = report({ firewall: false, secureBoot: true, extra: { level: 4 } });
  expect(changes(now, before).map(({ label, value, bad }) => [label, value, bad])).toEqual([
    ['Firewall', 'Off', true],
    ['Secure boot', 'On', false],
    ['level', '4', false],
  ]);
});

test('a first report tells all that is known', () => {
  expect(changes(report({}), undefined).map(({ name }) => name)).toEqual([
    'firewall',
    'osName',
    'level',
  ]);
});

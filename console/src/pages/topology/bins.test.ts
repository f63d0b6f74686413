import { expect, test } from 'vitest';
import { binned, moved, rescaled } from './bins.ts';

const at = (seconds: number) => ({ createdAt: new Date(seconds * 1000).toISOString() });
const whole = { from: 0, to: 1_000_000 };

test('each event is in one part, those outside in none, the last moment in the last', () => {
  const bins = binned([at(0), at(499), at(500), at(1000), at(1001)], whole, 2);
  expect(bins.map(({ events }) => events.length)).toEqual([2, 2]);
});

test('a moment stays where it is while the span around it shortens', () => {
  expect(rescaled(whole, 0.5, 250_000, whole)).toEqual({ from: 125_000, to: 625_000 });
});

test('no span is shorter than a minute or longer than the whole', () => {
  const { from, to } = rescaled({ from: 0, to: 70_000 }, 0.1, 35_000, whole);
  expect(to - from).toBe(60_000);
  expect(rescaled({ from: 900_000, to: 1_000_000 }, 100, 950_000, whole)).toEqual(whole);
});

test('nothing moves out of the whole', () => {
  expect(moved({ from: 100_000, to: 300_000 }, -1, whole)).toEqual({ from: 0, to: 200_000 });
  expect(moved({ from: 700_000, to: 900_000 }, 1, whole)).toEqual({ from: 800_000, to: whole.to });
});

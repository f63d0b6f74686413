/** A span of time, in milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

export interface Bin<T> extends Span {
  events: T[];
}

const shortest = 60_000;

/** A span in equal parts, each with what happened in it; the last moment is of the last part. */
export function binned<T extends { createdAt: string }>(
  events: T[],
  { from, to }: Span,
  count: number,
): Bin<T>[] {
  const length = (to - from) / count;
  const bins = Array.from({ length: count }, (_, place): Bin<T> => {
    const start = from + place * length;
    return { from: start, to: start + length, events: [] };
  });
  for (const event of events) {
    const at = Date.parse(event.createdAt);
    if (at < from || at > to) continue;
    bins[Math.min(count - 1, Math.floor((at - from) / length))]?.events.push(event);
  }
  return bins;
}

/** A span shortened or lengthened around a moment, within the whole and no less than a minute. */
export function rescaled({ from, to }: Span, factor: number, around: number, whole: Span): Span {
  const length = Math.min(whole.to - whole.from, Math.max(shortest, (to - from) * factor));
  const share = (around - from) / (to - from);
  return inside({ from: around - share * length, to: around + (1 - share) * length }, whole);
}

/** A span moved by a part of its length, within the whole. */
export function moved({ from, to }: Span, part: number, whole: Span): Span {
  const way = (to - from) * part;
  return inside({ from: from + way, to: to + way }, whole);
}

function inside({ from, to }: Span, whole: Span): Span {
  const back = Math.max(0, to - whole.to) - Math.max(0, whole.from - from);
  return { from: from - back, to: to - back };
}

import { UnstyledButton } from '@mantine/core';
import { language } from '#texts/language';
import { topology } from '#texts/topology';
import { useEffect, useRef } from 'react';
import type { AuditEvent } from '../../history/deed.ts';
import type { Bin, Span } from './bins.ts';
import classes from './topology.module.css';

interface ChartProps {
  bins: Bin<AuditEvent>[];
  chosen: Span | null;
  choose: (bin: Span) => void;
  zoom: (factor: number, around: number) => void;
}

const day = 86_400_000;

/** How many changes each part of a span of time saw. */
export function Chart({ bins, chosen, choose, zoom }: ChartProps) {
  const most = Math.max(1, ...bins.map(({ events }) => events.length));
  const span = { from: bins[0]?.from ?? 0, to: bins.at(-1)?.to ?? 0 };
  const told = telling(span);
  const ticks = Array.from({ length: 5 }, (_, n) => span.from + (n * (span.to - span.from)) / 4);
  return (
    <div ref={useWheelZoom(span, zoom)} role="group" aria-label={topology.timeline.chart}>
      <div className={classes['bars']}>
        {bins.map((bin) => (
          <Bar
            key={bin.from}
            bin={bin}
            share={bin.events.length / most}
            isChosen={chosen !== null && chosen.from < bin.to && chosen.to > bin.from}
            told={told}
            choose={choose}
          />
        ))}
      </div>
      <div className={classes['axis']} aria-hidden>
        {ticks.map((tick) => (
          <span key={tick}>{told(tick)}</span>
        ))}
      </div>
    </div>
  );
}

interface BarProps {
  bin: Bin<AuditEvent>;
  share: number;
  isChosen: boolean;
  told: (at: number) => string;
  choose: (bin: Span) => void;
}

function Bar({ bin, share, isChosen, told, choose }: BarProps) {
  const { from, to, events } = bin;
  if (events.length === 0) return <span />;
  const words = topology.timeline.bar(events.length, told(from), told(to));
  return (
    <UnstyledButton
      aria-label={words}
      title={words}
      aria-pressed={isChosen}
      onClick={() => choose({ from, to })}
    >
      <span>{events.length}</span>
      <span style={{ height: `${8 + 56 * share}px` }} />
    </UnstyledButton>
  );
}

/** How moments of a span are written: with the day, if there are several. */
function telling({ from, to }: Span): (at: number) => string {
  const words = new Intl.DateTimeFormat(language, {
    ...(to - from > day / 2 && { weekday: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(to - from < day / 96 && { second: '2-digit' }),
    hourCycle: 'h23',
  });
  return (at) => words.format(at);
}

function useWheelZoom({ from, to }: Span, zoom: ChartProps['zoom']) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    const turned = (event: WheelEvent) => {
      if (!event.ctrlKey || !element) return;
      event.preventDefault();
      const { left, width } = element.getBoundingClientRect();
      zoom(Math.exp(event.deltaY / 300), from + ((event.clientX - left) / width) * (to - from));
    };
    // React listens passively, and the browser would enlarge the whole page.
    element?.addEventListener('wheel', turned, { passive: false });
    return () => element?.removeEventListener('wheel', turned);
  });
  return box;
}

import { ActionIcon, Anchor, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconMinus, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { topology } from '#texts/topology';
import { useState } from 'react';
import type { AuditEvent } from '../../history/deed.ts';
import { binned, moved, rescaled, type Span } from './bins.ts';
import { Chart } from './Chart.tsx';
import { Happened } from './Happened.tsx';
import { changesSince } from './queries.ts';
import classes from './topology.module.css';

const { timeline: texts } = topology;
const hour = 3_600_000;
const lengths = { '24h': 24 * hour, '7d': 7 * 24 * hour };
type Length = keyof typeof lengths;
const spans = Object.entries(texts.spans).map(([value, label]) => ({ value, label }));
const barWidth = 28;
const pages = [0, 100, 200, 300, 400];

/** The last 500 changes since a moment, and how many there were. */
function useChanges(since: number) {
  const from = new Date(since).toISOString();
  const all = useQueries({
    queries: pages.map((offset) => ({
      ...changesSince(from, offset),
      placeholderData: keepPreviousData,
    })),
  });
  const found = new Map<string, AuditEvent>();
  for (const { data } of all) for (const event of data?.body.data ?? []) found.set(event.id, event);
  return {
    events: [...found.values()],
    total: all[0]?.data?.body.total ?? 0,
    readAt: Math.max(...all.map(({ dataUpdatedAt }) => dataUpdatedAt)),
  };
}

/** What changed when: bars on an axis of time, and what each stands for. */
export function Timeline() {
  const [opened] = useState(() => Date.now());
  const [length, setLength] = useState<Length>('24h');
  const { events, total, readAt } = useChanges(opened - lengths[length]);
  const whole = { from: opened - lengths[length], to: Math.max(opened, readAt) };
  const [part, setPart] = useState<Span | null>(null);
  const [chosen, setChosen] = useState<Span | null>(null);
  const { ref, width } = useElementSize();
  const span = part ?? whole;
  const bins = binned(events, span, Math.max(4, Math.floor(width / barWidth)));
  const centre = chosen ? (chosen.from + chosen.to) / 2 : (span.from + span.to) / 2;
  const look = (next: Span) => {
    const isAll = next.to - next.from >= whole.to - whole.from;
    setPart(isAll ? null : next);
  };
  const zoom = (factor: number, around = centre) => look(rescaled(span, factor, around, whole));
  const tools = [
    { label: texts.earlier, icon: IconChevronLeft, onClick: () => look(moved(span, -0.5, whole)) },
    { label: texts.later, icon: IconChevronRight, onClick: () => look(moved(span, 0.5, whole)) },
    { label: texts.zoomOut, icon: IconMinus, onClick: () => zoom(2) },
    { label: texts.zoomIn, icon: IconPlus, onClick: () => zoom(0.5) },
  ];
  const choose = (next: string) => {
    setLength(next as Length);
    setPart(null);
    setChosen(null);
  };
  const isChosen = (event: AuditEvent) => {
    const at = Date.parse(event.createdAt);
    return chosen !== null && at >= chosen.from && at <= chosen.to;
  };
  return (
    <section className={classes['timeline']} aria-label={texts.title}>
      <Group gap="xs">
        <Title order={2} mr="auto">
          {texts.title}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={texts.span}
          data={spans}
          value={length}
          onChange={choose}
        />
        {tools.map(({ label, icon: Glyph, onClick }) => (
          <ActionIcon
            key={label}
            variant="default"
            size="lg"
            aria-label={label}
            title={label}
            onClick={onClick}
          >
            <Glyph size={16} aria-hidden />
          </ActionIcon>
        ))}
      </Group>
      <div ref={ref}>
        <Chart bins={bins} chosen={chosen} choose={setChosen} zoom={zoom} />
      </div>
      {chosen ? (
        <Happened events={events.filter(isChosen)} close={() => setChosen(null)} />
      ) : (
        <Text size="sm" c="dimmed">
          {bins.some((bin) => bin.events.length > 0) ? texts.choose : texts.none}
        </Text>
      )}
      {total > events.length && events.length > 0 && (
        <Text size="sm" c="dimmed">
          {texts.partly(events.length, total)}{' '}
          <Anchor component={Link} to="/activity/audit-log">
            {texts.log}
          </Anchor>
        </Text>
      )}
    </section>
  );
}

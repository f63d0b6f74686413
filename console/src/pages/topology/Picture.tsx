import { ActionIcon, Group } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { topology as texts } from '#texts/topology';
import { useMemo, useState } from 'react';
import { BoxView } from './BoxView.tsx';
import { Legend } from './Legend.tsx';
import { Lines } from './Lines.tsx';
import { type Column, columns, layout } from './layout.ts';
import type { Device, Topology } from './queries.ts';
import classes from './topology.module.css';
import { useZoom } from './useZoom.ts';
import { zoomed } from './zoom.ts';

interface PictureProps {
  topology: Topology;
  /** The group that is open, and its devices. */
  group: string | undefined;
  devices: Device[];
  open: (group: string | undefined) => void;
}

const atFirst: Record<Column, number> = { groups: 40, devices: 40, resources: 40 };

/** Groups, gateways and resources, and how each way between them fares. */
export function Picture({ topology, group, devices, open }: PictureProps) {
  const [most, setMost] = useState(atFirst);
  const [near, setNear] = useState<string | null>(null);
  const drawn = useMemo(
    () => layout(topology, { group, devices, most }),
    [topology, group, devices, most],
  );
  const { ref, measured, scale, zoom, fit, onKeyDown } = useZoom(drawn.width);
  const gateways = useMemo(
    () => new Map(topology.gateways.map((each) => [each.id, each])),
    [topology.gateways],
  );
  const more = (of: Column) => setMost((before) => ({ ...before, [of]: before[of] + 100 }));
  return (
    <div className={classes['frame']}>
      <Group gap="xs" className={classes['tools']}>
        <Legend />
        <Tool label={texts.zoomOut} icon={IconMinus} onClick={() => zoom(1 / zoomed.step)} />
        <output className={classes['percent']}>{texts.zoom(Math.round(100 * scale))}</output>
        <Tool label={texts.zoomIn} icon={IconPlus} onClick={() => zoom(zoomed.step)} />
        <Tool label={texts.fit} icon={IconMaximize} onClick={fit} />
      </Group>
      <div
        ref={ref}
        role="group"
        aria-label={texts.picture}
        title={texts.pictureHint}
        // It scrolls by the arrow keys.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={classes['view']}
        onKeyDown={onKeyDown}
      >
        <div ref={measured} />
        <div style={{ width: drawn.width * scale, height: drawn.height * scale }}>
          <div
            className={classes['world']}
            style={{ width: drawn.width, height: drawn.height, transform: `scale(${scale})` }}
          >
            {Object.entries(columns).map(([name, x]) => (
              <h2 key={name} style={{ left: x }}>
                {texts.columns[name as keyof typeof columns]}
              </h2>
            ))}
            <Lines drawn={drawn} near={near} />
            {drawn.boxes.map((box) => (
              <BoxView
                key={box.id}
                box={box}
                isOpen={box.id === group}
                gateways={gateways}
                open={open}
                more={more}
                onNear={setNear}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

interface ToolProps {
  label: string;
  icon: typeof IconPlus;
  onClick: () => void;
}

function Tool({ label, icon: Glyph, onClick }: ToolProps) {
  return (
    <ActionIcon variant="default" size="lg" aria-label={label} title={label} onClick={onClick}>
      <Glyph size={16} aria-hidden />
    </ActionIcon>
  );
}

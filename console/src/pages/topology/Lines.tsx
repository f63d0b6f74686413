import type { Layout, Line } from './layout.ts';
import { healthLooks } from './looks.ts';
import classes from './topology.module.css';

const glyph = 18;

/** The ways between boxes; what is wrong with one is told by a sign in its middle. */
export function Lines({ drawn, near }: { drawn: Layout; near: string | null }) {
  return (
    <svg className={classes['lines']} width={drawn.width} height={drawn.height} aria-hidden>
      {drawn.lines.map((line) => (
        <One key={line.id} line={line} isFar={near !== null && !touches(line, near)} />
      ))}
    </svg>
  );
}

function touches({ from, to }: Line, id: string): boolean {
  return from === id || to === id;
}

function One({ line, isFar }: { line: Line; isFar: boolean }) {
  const { health, backup, path, width, middle } = line;
  const { icon: Glyph, tone } = healthLooks[health];
  return (
    <g data-health={health} data-tone={tone} data-far={isFar || undefined}>
      <path
        d={path}
        strokeWidth={width}
        strokeDasharray={health === 'idle' ? `0.1 ${2 * width + 3}` : undefined}
        data-backup={backup || undefined}
      />
      {health !== 'up' && health !== 'idle' && (
        <>
          <circle cx={middle.x} cy={middle.y} r={glyph / 2 + 2} />
          <Glyph x={middle.x - glyph / 2} y={middle.y - glyph / 2} size={glyph} />
        </>
      )}
    </g>
  );
}

import { topology } from '#texts/topology';
import type { Health } from './health.ts';
import { healthLooks } from './looks.ts';
import classes from './topology.module.css';

const backup = 'backup';
const rows: (Health | typeof backup)[] = ['up', 'idle', 'behind', 'pending', 'down', backup];

/** What each kind of line means. */
export function Legend() {
  return (
    <ul className={classes['legend']} aria-label={topology.legend}>
      {rows.map((row) => {
        const {
          tone,
          icon: Glyph,
          label,
        } = row === backup ? { ...healthLooks.up, label: topology.backup } : healthLooks[row];
        return (
          <li key={row}>
            <svg className={classes['lines']} width="28" height="14" aria-hidden>
              <g data-health={row === backup ? 'up' : row} data-tone={tone}>
                <path
                  d="M0 7H28"
                  strokeWidth={2.5}
                  strokeDasharray={row === 'idle' ? '0.1 8' : undefined}
                  data-backup={row === backup || undefined}
                />
              </g>
            </svg>
            <Glyph size={14} aria-hidden />
            {label}
          </li>
        );
      })}
    </ul>
  );
}

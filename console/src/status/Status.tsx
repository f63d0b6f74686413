import type { Icon } from '@tabler/icons-react';
import classes from './status.module.css';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';

/** A state in icon, word and colour, so that no colour tells it alone. */
export function Status({ tone, icon: Glyph, label }: { tone: Tone; icon: Icon; label: string }) {
  return (
    <span className={classes['status']} data-tone={tone}>
      <Glyph size={13} stroke={2} aria-hidden />
      {label}
    </span>
  );
}

import { Button, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { welcome } from '#texts/welcome';
import type { ReactNode } from 'react';
import type { StepName } from './progress.ts';
import classes from './welcome.module.css';

interface StepProps {
  name: StepName;
  place: number;
  /** How it was done; null: it was not. */
  done: string | null;
  skipped: boolean;
  /** The one to do next, which is open. */
  isNext: boolean;
  onSkip: () => void;
  children: ReactNode;
}

export function Step({ name, place, done, skipped, isNext, onSkip, children }: StepProps) {
  const { title, hint } = welcome.steps[name];
  const state = done === null ? (skipped ? 'skipped' : 'open') : 'done';
  return (
    <li className={classes['step']} data-state={state} data-next={isNext || undefined}>
      <span className={classes['mark']} aria-hidden>
        {done === null ? place : <IconCheck size={15} stroke={2.5} />}
      </span>
      <div className={classes['content']}>
        <h2>
          {title}
          {state !== 'open' && (
            <span className={classes['state']}>
              {state === 'done' ? welcome.done : welcome.skipped}
            </span>
          )}
        </h2>
        <Text size="sm" c="dimmed">
          {done ?? hint}
        </Text>
        {done === null && !skipped && <div className={classes['body']}>{children}</div>}
      </div>
      {done === null && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onSkip}>
          {skipped ? welcome.unskip : welcome.skip}
        </Button>
      )}
    </li>
  );
}

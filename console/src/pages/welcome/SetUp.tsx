import { Button, Progress } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { welcome } from '#texts/welcome';
import { stepNames, useProgress } from './progress.ts';
import classes from './welcome.module.css';

/** How far the guided first run is, and the way back to it; nothing once it is done. */
export function SetUp() {
  const { isKnown, done } = useProgress(false);
  const count = stepNames.filter((name) => done[name] !== null).length;
  if (!isKnown || count === stepNames.length) return null;
  return (
    <section className={classes['setUp']} aria-label={welcome.banner}>
      <strong>{welcome.banner}</strong>
      <Progress
        flex={1}
        value={(100 * count) / stepNames.length}
        aria-label={welcome.progressLabel}
      />
      <span>{welcome.progress(count, stepNames.length)}</span>
      <Button component={Link} to="/welcome" size="compact-sm">
        {welcome.goOn}
      </Button>
    </section>
  );
}

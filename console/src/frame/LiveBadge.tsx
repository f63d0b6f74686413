import { frame } from '#texts/frame';
import { useLiveState } from '../live/stream.ts';
import classes from './frame.module.css';

export function LiveBadge() {
  const state = useLiveState();
  return (
    <span
      className={classes['live']}
      data-state={state}
      title={frame.liveHint[state]}
      role="status"
    >
      {frame.live[state]}
    </span>
  );
}

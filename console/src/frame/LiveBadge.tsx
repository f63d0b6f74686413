import { frame } from '#texts/frame';
import { useEffect } from 'react';
import { followOnce, useLiveState } from '../live/stream.ts';
import { useMay } from '../me/me.ts';
import classes from './frame.module.css';

/** Follows what changes, for those who may, and shows whether that works. */
export function LiveBadge() {
  const state = useLiveState();
  const mayFollow = useMay()('LiveController_follow');
  useEffect(() => {
    if (mayFollow) followOnce();
  }, [mayFollow]);
  if (!mayFollow) return <span className={classes['live']} hidden />;
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

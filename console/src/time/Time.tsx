import { common } from '#texts/common';
import { useEffect, useState } from 'react';
import { exact, relative } from './relative.ts';

const tick = 30_000;

/** A moment relative to now, exactly on hover; `null` is told as "never". */
export function Time({ at, never = common.never }: { at: string | null; never?: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), tick);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return <span data-dimmed>{never}</span>;
  const moment = new Date(at);
  return (
    <time dateTime={at} title={exact(moment)}>
      {relative(moment, now)}
    </time>
  );
}

import { Button } from '@mantine/core';
import { common } from '#texts/common';
import { table as texts } from '#texts/table';
import { Empty } from '../frame/Empty.tsx';
import classes from './table.module.css';

/** Stands where rows would, had they been read. */
export function Unread({ error, again }: { error: Error; again: () => void }) {
  return (
    <div className={classes['panel']} role="alert">
      <Empty
        title={texts.failed}
        hint={error.message}
        action={<Button onClick={again}>{common.retry}</Button>}
      />
    </div>
  );
}

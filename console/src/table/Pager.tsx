import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { table as texts } from '#texts/table';
import { limits, type TableState } from './state.ts';
import classes from './table.module.css';
import type { Change } from './useTableState.ts';

interface PagerProps {
  total: number;
  state: TableState;
  change: Change;
}

export function Pager({ total, state, change }: PagerProps) {
  const { page, limit } = state;
  const first = (page - 1) * limit + 1;
  const last = Math.min(total, page * limit);
  return (
    <div className={classes['pager']}>
      <span role="status">{texts.range(Math.min(first, total), last, total)}</span>
      <NativeSelect
        size="xs"
        aria-label={texts.perPage}
        value={String(limit)}
        data={limits.map(String)}
        onChange={({ currentTarget }) => change({ limit: Number(currentTarget.value) })}
      />
      <ActionIcon
        aria-label={texts.previous}
        disabled={page <= 1}
        onClick={() => change({ page: page - 1 })}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon
        aria-label={texts.next}
        disabled={last >= total}
        onClick={() => change({ page: page + 1 })}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </div>
  );
}

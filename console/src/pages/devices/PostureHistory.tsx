import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { devices } from '#texts/devices';
import { Empty } from '../../frame/Empty.tsx';
import { Loading } from '../../frame/Loading.tsx';
import { Pager } from '../../table/Pager.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { Unread } from '../../table/Unread.tsx';
import { useTableState } from '../../table/useTableState.ts';
import { Time } from '../../time/Time.tsx';
import type { Filter } from '../../table/columns.ts';
import { type Change, changes } from './changes.ts';
import type { Signals } from './device.ts';
import classes from './devices.module.css';
import { reports } from './queries.ts';

interface Row {
  id: string;
  at: string;
  changed: Change[];
}

const columns: PlainColumn<Row>[] = [
  { header: devices.when, cell: ({ at }) => <Time at={at} /> },
  {
    header: devices.change,
    cell: ({ changed }) => (
      <ul className={classes['changes']}>
        {changed.map(({ name, label, value, bad }) => (
          <li key={name} data-bad={bad || undefined}>
            {devices.became(label, value)}
          </li>
        ))}
      </ul>
    ),
  },
];

const noFilters: Filter[] = [];

export function PostureHistory({ id }: { id: string }) {
  const [state, change] = useTableState(noFilters, '');
  const { limit, page } = state;
  // One more than is shown: a report is told by what it changed in the one before it.
  const asked = Math.min(100, limit + 1);
  const { data, error, refetch } = useQuery({
    ...reports(id, asked, (page - 1) * limit),
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <Unread error={error} again={() => void refetch()} />;
  if (!data) return <Loading />;
  const { data: all, total } = data.body;
  const rows = all.slice(0, limit).map(({ id: key, createdAt, posture }, place): Row => ({
    id: key,
    at: createdAt,
    changed: changes(
      posture as unknown as Signals,
      all[place + 1]?.posture as unknown as Signals | undefined,
    ),
  }));
  return (
    <div className={classes['stack']}>
      <PlainTable
        rows={rows}
        id={({ id: key }) => key}
        columns={columns}
        empty={<Empty title={devices.noHistory} hint={devices.noHistoryHint} />}
      />
      {total > 25 && <Pager {...{ total, state, change }} />}
    </div>
  );
}

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { table as texts } from '#texts/table';
import { Button } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { Page } from '../api/list.ts';
import type { ListOf } from '../api/query.ts';
import { Empty } from '../frame/Empty.tsx';
import { useMay } from '../me/me.ts';
import { BulkBar } from './BulkBar.tsx';
import type { Column, Filter, RowAction } from './columns.ts';
import { Pager } from './Pager.tsx';
import { Rows } from './Rows.tsx';
import { asked, type TableState } from './state.ts';
import classes from './table.module.css';
import { Toolbar } from './Toolbar.tsx';
import { Unread } from './Unread.tsx';
import { type Change, useTableState } from './useTableState.ts';

export interface DataTableProps<Row extends { id: string }> {
  /** What the rows are, in the plural, as in "Search users"; names the file, too. */
  what: string;
  list: ListOf<Row>;
  columns: Column<Row>[];
  /** The same array at each render. */
  filters?: Filter[];
  /** The API's sort unless somebody chooses. */
  sort: string;
  name: (row: Row) => string;
  /** Where a row leads. */
  link?: (row: Row) => string;
  /** Shows a row without leaving the page, where it leads nowhere. */
  open?: (row: Row) => void;
  actions?: RowAction<Row>[];
  /** Shown while there is nothing at all. */
  empty: ReactNode;
}

const noFilters: Filter[] = [];

/** A table of the server's rows: searched, narrowed, sorted and paged there, kept in the address. */
export function DataTable<Row extends { id: string }>(props: DataTableProps<Row>) {
  const { list, filters = noFilters, sort, empty } = props;
  const [state, change] = useTableState(filters, sort);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...list(asked(state, filters)),
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <Unread error={error} again={() => void refetch()} />;
  if (data?.total === 0 && !isNarrowed(state)) {
    return <div className={classes['panel']}>{empty}</div>;
  }
  const stale = isPlaceholderData || !data;
  return <Filled {...props} {...{ filters, state, change, stale }} page={data} />;
}

interface FilledProps<Row extends { id: string }> extends DataTableProps<Row> {
  filters: Filter[];
  state: TableState;
  change: Change;
  /** What is shown is not yet what was asked for. */
  stale: boolean;
  page: Page<Row> | undefined;
}

function Filled<Row extends { id: string }>(props: FilledProps<Row>) {
  const { columns, state, change, page } = props;
  const actions = useAllowed(props.actions);
  const [selected, setSelected] = useState<ReadonlyMap<string, Row>>(new Map());
  const shown = useMemo(() => visible(columns, state.columns), [columns, state.columns]);
  return (
    <div className={classes['table']}>
      <Toolbar {...props} shown={shown} />
      <div className={classes['panel']} aria-busy={props.stale}>
        <Rows
          {...props}
          columns={shown}
          rows={page?.data}
          {...{ actions, selected }}
          onSelect={setSelected}
        />
        {page?.total === 0 && <NoMatches onClear={() => change({ search: '', filters: {} })} />}
      </div>
      {page && page.total > 0 && <Pager total={page.total} state={state} change={change} />}
      {selected.size > 0 && (
        <BulkBar
          rows={[...selected.values()]}
          actions={actions}
          onDone={() => setSelected(new Map())}
        />
      )}
    </div>
  );
}

function isNarrowed({ search, filters }: TableState): boolean {
  return search !== '' || Object.keys(filters).length > 0;
}

function useAllowed<Row>(actions: RowAction<Row>[] | undefined): RowAction<Row>[] {
  const may = useMay();
  return actions?.filter(({ needs }) => may(needs)) ?? [];
}

function visible<Row>(columns: Column<Row>[], chosen: string[] | null): Column<Row>[] {
  return columns.filter(({ id, optional }, place) =>
    chosen ? place === 0 || chosen.includes(id) : !optional,
  );
}

function NoMatches({ onClear }: { onClear: () => void }) {
  return (
    <Empty
      title={texts.noMatches}
      hint={texts.noMatchesHint}
      action={
        <Button variant="default" onClick={onClear}>
          {texts.clearAll}
        </Button>
      }
    />
  );
}

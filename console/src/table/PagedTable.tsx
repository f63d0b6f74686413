import { keepPreviousData, useQuery, type UseQueryOptions } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/list.ts';
import { Loading } from '../frame/Loading.tsx';
import type { Filter } from './columns.ts';
import { Pager } from './Pager.tsx';
import { type PlainColumn, PlainTable } from './PlainTable.tsx';
import { limits } from './state.ts';
import classes from './table.module.css';
import { Unread } from './Unread.tsx';
import { useTableState } from './useTableState.ts';

interface PagedTableProps<Row> {
  /** A page of rows; its `select` picks them. */
  list: (
    limit: number,
    offset: number,
    // Queries differ in what they hold; a table needs only the page.
    // oxlint-disable-next-line typescript/no-explicit-any
  ) => UseQueryOptions<any, Error, Page<Row>, any>;
  id: (row: Row) => string;
  columns: PlainColumn<Row>[];
  empty: ReactNode;
}

const noFilters: Filter[] = [];

/** Rows that belong to a thing, in the API's order, page by page; the page stands in the address. */
export function PagedTable<Row>({ list, ...table }: PagedTableProps<Row>) {
  const [state, change] = useTableState(noFilters, '');
  const { limit, page } = state;
  const { data, error, refetch } = useQuery({
    ...list(limit, (page - 1) * limit),
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <Unread error={error} again={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <div className={classes['table']}>
      <PlainTable rows={data.data} {...table} />
      {data.total > Math.min(...limits) && <Pager total={data.total} {...{ state, change }} />}
    </div>
  );
}

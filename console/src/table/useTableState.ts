import { useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Filter } from './columns.ts';
import { rememberColumns, rememberedColumns } from './remembered.ts';
import { type Parameters, readState, type TableState, writeState } from './state.ts';

export type Change = (change: Partial<TableState>) => void;

/**
 * A table's state, which lives in the address. Whatever changes leads to the first page.
 *
 * Columns that the address does not name are those that were chosen the last time.
 */
export function useTableState(filters: Filter[], sort: string): [TableState, Change] {
  const parameters = useSearch({ strict: false }) as Parameters;
  const table = useRouterState({ select: ({ matches }) => matches.at(-1)?.fullPath ?? '' });
  const navigate = useNavigate();
  const told = useMemo(() => readState(parameters, filters, sort), [parameters, filters, sort]);
  const state = useMemo(
    () => ({ ...told, columns: told.columns ?? rememberedColumns(table) }),
    [told, table],
  );
  const change = useCallback<Change>(
    (changed) => {
      if (changed.columns) rememberColumns(table, changed.columns);
      const next = { ...told, page: 1, ...changed };
      const search = { ...parameters, ...writeState(next, filters, sort) };
      void navigate({ to: '.', search: search as never, replace: true, resetScroll: false });
    },
    [told, table, parameters, filters, sort, navigate],
  );
  return [state, change];
}

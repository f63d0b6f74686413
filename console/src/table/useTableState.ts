import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Filter } from './columns.ts';
import { type Parameters, readState, type TableState, writeState } from './state.ts';

export type Change = (change: Partial<TableState>) => void;

/** A table's state, which lives in the address. Whatever changes leads to the first page. */
export function useTableState(filters: Filter[], sort: string): [TableState, Change] {
  const parameters = useSearch({ strict: false }) as Parameters;
  const navigate = useNavigate();
  const state = useMemo(() => readState(parameters, filters, sort), [parameters, filters, sort]);
  const change = useCallback<Change>(
    (changed) => {
      const next = { ...state, page: 1, ...changed };
      const search = { ...parameters, ...writeState(next, filters, sort) };
      void navigate({ to: '.', search: search as never, replace: true, resetScroll: false });
    },
    [state, parameters, filters, sort, navigate],
  );
  return [state, change];
}

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Condition } from '../api/list.ts';
import { type Window, within } from './window.ts';

/** The window of time that the address names, and how to choose another. */
export function useWindow(): [Window, (change: Window) => void] {
  const { page: _, ...search } = useSearch({ strict: false }) as Window & { page?: string };
  const navigate = useNavigate();
  const choose = (change: Window) =>
    void navigate({ to: '.', search: { ...search, ...change } as never, replace: true });
  return [search, choose];
}

/** What a window means for a list; the same array as long as the window is. */
export function useWithin(field: string, { window, from, to }: Window): Condition[] {
  const [now] = useState(() => new Date());
  return useMemo(
    () =>
      within(field, { ...(window && { window }), ...(from && { from }), ...(to && { to }) }, now),
    [field, window, from, to, now],
  );
}

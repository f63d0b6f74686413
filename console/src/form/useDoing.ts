import { useNavigate, useSearch } from '@tanstack/react-router';

/** Whether a form that the address can open (`?do=NAME`) is open, and how to open and close it. */
export function useDoing(name: string): [open: boolean, show: () => void, close: () => void] {
  const { do: doing, ...rest } = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const go = (next: string | undefined) =>
    void navigate({ to: '.', search: { ...rest, do: next } as never, replace: true });
  return [doing === name, () => go(name), () => go(undefined)];
}

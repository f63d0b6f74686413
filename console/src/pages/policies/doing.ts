import { useNavigate, useSearch } from '@tanstack/react-router';

const ways = ['add', 'edit', 'duplicate', 'above', 'below', 'move'] as const;

export type Way = (typeof ways)[number];

interface Doing {
  way: Way;
  /** The policy that it is about; none where one is added at the end. */
  id: string | undefined;
}

/** What the address says is being done to a policy: `?do=edit&policy=ID`. */
export function usePolicyDoing(): [Doing | null, (way: Way, id?: string) => void, () => void] {
  const search = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const { do: asked, policy: id, ...rest } = search;
  const go = (way?: Way, policy?: string) =>
    void navigate({ to: '.', search: { ...rest, do: way, policy } as never, replace: true });
  const way = ways.find((each) => each === asked);
  return [way ? { way, id } : null, go, () => go()];
}

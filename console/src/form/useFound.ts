import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { pickers } from '#texts/pickers';
import type { ListOf } from '../api/query.ts';
import type { Thing } from './things.ts';

interface FoundThings {
  found: Thing[];
  /** Says that there are more than these; null: there are not. */
  more: string | null;
  /** Said where nothing is found, or not yet. */
  nothing: string;
  searching: boolean;
}

const most = 20;
const settling = 200;

/** The things that a typed text is found in, searched by the API however many there are. */
export function useFound(from: ListOf<Thing>, text: string): FoundThings {
  const wanted = text.trim();
  const [settled] = useDebouncedValue(wanted, settling);
  const { data, isFetching, isPlaceholderData } = useQuery({
    ...from({ search: settled, limit: most }),
    placeholderData: keepPreviousData,
  });
  const searching = isFetching || settled !== wanted;
  const stale = isPlaceholderData || settled !== wanted;
  // Until the answer is there, no thing can be picked that the text does not name.
  const found = (data?.data ?? []).filter(({ name }) => !stale || isIn(name, wanted));
  const rest = (data?.total ?? 0) - found.length;
  return {
    found,
    more: !stale && rest > 0 ? pickers.more(found.length, data?.total ?? 0) : null,
    nothing: searching ? pickers.searching : pickers.nothing,
    searching,
  };
}

const isIn = (name: string, wanted: string) => name.toLowerCase().includes(wanted.toLowerCase());

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ApiProblem } from '../../api/problem.ts';
import { type Checkable, type Checked, checked } from './queries.ts';

export interface Check {
  /** What the API says of the rule; undefined while it is none that could be read. */
  said: Checked | undefined;
  /** What is wrong with a form, by pointer. */
  errors: ReadonlyMap<string, string>;
}

const nothing: ReadonlyMap<string, string> = new Map();

/** What the API says of a rule as it is written, a moment behind the keys. */
export function useCheck(rule: Checkable): Check {
  const [settled] = useDebouncedValue(JSON.stringify(rule), 250);
  const { data, error } = useQuery({
    ...checked(JSON.parse(settled) as Checkable),
    placeholderData: keepPreviousData,
  });
  return { said: data, errors: error instanceof ApiProblem ? error.errors : nothing };
}

import { Loader, MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { picker } from '#texts/picker';
import { type ComponentProps, useState } from 'react';
import type { Page } from '../api/list.ts';
import classes from './picker.module.css';

export interface Pick {
  id: string;
  label: string;
  /** A second line, such as an email address. */
  detail?: string | undefined;
  /** It is shown, but cannot be chosen. */
  disabled?: boolean;
}

interface RemotePickerProps extends Omit<
  ComponentProps<typeof MultiSelect>,
  'value' | 'onChange' | 'data' | 'searchable'
> {
  value: Pick[];
  onChange: (value: Pick[]) => void;
  /** What the API finds by a text, as a query; its `select` makes picks of the rows. */
  // Queries differ in what they hold; a picker needs only the picks.
  // oxlint-disable-next-line typescript/no-explicit-any
  find: (text: string) => UseQueryOptions<any, Error, Page<Pick>, any>;
}

/** Things chosen by typing, found by the API, however many there are. */
export function RemotePicker({ value, onChange, find, ...props }: RemotePickerProps) {
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text.trim(), 200);
  const { data, isFetching } = useQuery({ ...find(settled), placeholderData: keepPreviousData });
  const found = data?.data ?? [];
  const byId = new Map([...value, ...found].map((each) => [each.id, each]));
  const rest = (data?.total ?? 0) - found.length;
  return (
    <MultiSelect
      searchable
      hidePickedOptions
      placeholder={value.length > 0 ? '' : picker.placeholder}
      nothingFoundMessage={isFetching ? picker.searching : picker.nothing}
      rightSection={isFetching ? <Loader size="xs" /> : undefined}
      {...props}
      data={[...byId.values()].map(({ id, label, disabled }) => ({
        value: id,
        label,
        disabled: disabled ?? false,
      }))}
      // The API has searched; what it did not find is there for its chip alone.
      filter={({ options }) =>
        options.filter((each) => 'value' in each && found.some(({ id }) => id === each.value))
      }
      renderOption={({ option }) => <Option {...(byId.get(String(option.value)) as Pick)} />}
      description={rest > 0 ? picker.more(found.length, data?.total ?? 0) : props.description}
      value={value.map(({ id }) => id)}
      onChange={(ids) => {
        setText('');
        onChange(ids.map((id) => byId.get(String(id)) as Pick));
      }}
      searchValue={text}
      onSearchChange={setText}
    />
  );
}

function Option({ label, detail }: Pick) {
  return (
    <span className={classes['option']}>
      {label}
      {detail && <small>{detail}</small>}
    </span>
  );
}

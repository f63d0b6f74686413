import { type ComboboxData, MultiSelect, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { pickers } from '#texts/pickers';
import { useState } from 'react';
import { type Noun, search, type Thing } from './things.ts';

interface Asked {
  noun: Noun;
  /** Only things of this type, where the noun has types. */
  type?: string | undefined;
  label: string;
  description?: string | undefined;
  placeholder?: string | undefined;
  error?: string | undefined;
  disabled?: boolean | undefined;
}

interface PickerProps extends Asked {
  value: Thing[];
  onChange: (value: Thing[]) => void;
}

// What was found on the server is not narrowed again here.
const asFound = ({ options }: { options: ComboboxData }) => options as never;

/** Several things of a noun, searched in the API as somebody types. */
export function Picker({ noun, type, value, onChange, placeholder, ...shown }: PickerProps) {
  const [text, setText] = useState('');
  const { things, nothing } = useFound(noun, text, type);
  const known = merged(value, things);
  return (
    <MultiSelect
      searchable
      {...shown}
      placeholder={value.length === 0 ? (placeholder ?? '') : ''}
      data={known.map(({ id, name }) => ({ value: id, label: name }))}
      filter={asFound}
      hidePickedOptions
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={nothing}
      value={value.map(({ id }) => id)}
      onChange={(ids) => onChange(known.filter(({ id }) => ids.includes(id)))}
      clearButtonProps={{ 'aria-label': pickers.clear }}
    />
  );
}

interface OnePickerProps extends Asked {
  value: Thing | null;
  onChange: (value: Thing | null) => void;
}

/** One thing of a noun. */
export function OnePicker({ noun, type, value, onChange, ...shown }: OnePickerProps) {
  const [text, setText] = useState(value?.name ?? '');
  const { things, nothing } = useFound(noun, text === value?.name ? '' : text, type);
  const known = merged(value ? [value] : [], things);
  return (
    <Select
      searchable
      clearable
      {...shown}
      data={known.map(({ id, name }) => ({ value: id, label: name }))}
      filter={asFound}
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={nothing}
      value={value?.id ?? null}
      onChange={(id) => onChange(known.find((each) => each.id === id) ?? null)}
      clearButtonProps={{ 'aria-label': pickers.clear }}
    />
  );
}

function useFound(noun: Noun, text: string, type: string | undefined) {
  const [settled] = useDebouncedValue(text, 200);
  const { data, isPending } = useQuery({
    queryKey: [`/tenants/${noun}`, 'picker', settled, type ?? null],
    queryFn: () => search(noun, settled, type),
  });
  return { things: data ?? [], nothing: isPending ? pickers.searching : pickers.nothing };
}

function merged(first: Thing[], more: Thing[]): Thing[] {
  const held = new Set(first.map(({ id }) => id));
  return [...first, ...more.filter(({ id }) => !held.has(id))];
}

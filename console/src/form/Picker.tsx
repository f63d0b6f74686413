import { type ComboboxData, MultiSelect, Select } from '@mantine/core';
import { pickers } from '#texts/pickers';
import { type ReactNode, useState } from 'react';
import type { ListOf } from '../api/query.ts';
import classes from './picker.module.css';
import type { Thing } from './things.ts';
import { useFound } from './useFound.ts';

interface Asked {
  /** What can be picked, as `things` lists it. */
  from: ListOf<Thing>;
  label?: string;
  'aria-label'?: string;
  'data-autofocus'?: boolean;
  description?: ReactNode;
  placeholder?: string | undefined;
  error?: ReactNode;
  disabled?: boolean;
}

interface PickerProps extends Asked {
  value: Thing[];
  onChange: (value: Thing[]) => void;
}

/** Several things, searched in the API as somebody types. */
export function Picker({ from, value, onChange, placeholder, ...shown }: PickerProps) {
  const [text, setText] = useState('');
  const { known, options } = useOptions(from, text, value);
  return (
    <MultiSelect
      searchable
      hidePickedOptions
      {...shown}
      {...options}
      placeholder={value.length === 0 ? (placeholder ?? pickers.placeholder) : ''}
      searchValue={text}
      onSearchChange={setText}
      value={value.map(({ id }) => id)}
      onChange={(ids) => onChange(ids.map((id) => known.get(id) as Thing))}
    />
  );
}

interface OnePickerProps extends Asked {
  value: Thing | null;
  onChange: (value: Thing | null) => void;
}

/** One thing. */
export function OnePicker({ from, value, onChange, placeholder, ...shown }: OnePickerProps) {
  const [text, setText] = useState(value?.name ?? '');
  const asked = text === value?.name ? '' : text;
  const { known, options } = useOptions(from, asked, value ? [value] : []);
  return (
    <Select
      searchable
      clearable
      {...shown}
      {...options}
      placeholder={placeholder ?? pickers.placeholder}
      searchValue={text}
      onSearchChange={setText}
      value={value?.id ?? null}
      onChange={(id) => {
        setText('');
        onChange(known.get(id ?? '') ?? null);
      }}
      clearButtonProps={{ 'aria-label': pickers.clear }}
    />
  );
}

/** The options of an input that has picked some already. */
function useOptions(from: ListOf<Thing>, text: string, picked: Thing[]) {
  const { found, more, nothing, searching } = useFound(from, text);
  const known = new Map([...picked, ...found].map((each) => [each.id, each]));
  const isFound = new Set(found.map(({ id }) => id));
  const others = picked.filter(({ id }) => !isFound.has(id)).map(asOption);
  const options = {
    data: [...others, { group: more ?? '', items: found.map(asOption) }],
    // The API has searched; what it did not find is there for its name alone.
    filter: ({ options: all }: { options: ComboboxData }) =>
      all.filter((each) => typeof each === 'object' && 'group' in each) as never,
    renderOption: ({ option }: { option: { value: string } }) => (
      <Option {...(known.get(option.value) as Thing)} />
    ),
    nothingFoundMessage: nothing,
    loading: searching,
  };
  return { known, options };
}

const asOption = ({ id, name, disabled = false }: Thing) => ({ value: id, label: name, disabled });

function Option({ name, detail }: Thing) {
  return (
    <span className={classes['option']}>
      {name}
      {detail && <small>{detail}</small>}
    </span>
  );
}

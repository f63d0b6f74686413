import { Button, Checkbox, Popover, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconFilter2, IconX } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { table as texts } from '#texts/table';
import { useState } from 'react';
import { byId, type Thing } from '../form/things.ts';
import { useFound } from '../form/useFound.ts';
import type { Choice, Filter } from './columns.ts';
import type { TableState } from './state.ts';
import classes from './table.module.css';
import type { Change } from './useTableState.ts';

interface FiltersProps {
  filters: Filter[];
  state: TableState;
  change: Change;
}

export function FilterMenu({ filters, ...rest }: FiltersProps) {
  const [opened, setOpened] = useState(false);
  const [chosen, setChosen] = useState<Filter | null>(null);
  const open = (next: boolean) => {
    setOpened(next);
    setChosen(null);
  };
  return (
    <Popover opened={opened} onChange={open} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilter2 size={15} aria-hidden />}
          onClick={() => open(!opened)}
        >
          {texts.filter}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes['filters']}>
        {chosen ? (
          <Editor filter={chosen} {...rest} onDone={() => open(false)} />
        ) : (
          <Stack gap={0} role="group" aria-label={texts.filterBy}>
            {filters.map((filter) => (
              <UnstyledButton
                key={filter.field}
                className={classes['option']}
                onClick={() => setChosen(filter)}
              >
                {filter.label}
              </UnstyledButton>
            ))}
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

/** The filters that hold, each with a way to change and to remove it. */
export function Chips({ filters, state, change }: FiltersProps) {
  const held = filters.filter(({ field }) => state.filters[field]?.length);
  if (held.length === 0) return null;
  return (
    <div className={classes['chips']}>
      {held.map((filter) => (
        <Chip key={filter.field} {...{ filter, state, change }} />
      ))}
      {held.length > 1 && (
        <Button size="compact-sm" variant="subtle" onClick={() => change({ filters: {} })}>
          {texts.clear}
        </Button>
      )}
    </div>
  );
}

interface OneProps {
  filter: Filter;
  state: TableState;
  change: Change;
}

function Chip({ filter, state, change }: OneProps) {
  const [opened, setOpened] = useState(false);
  const values = useChosen(filter, state.filters[filter.field] ?? []).map(({ label }) => label);
  return (
    <span className={classes['chip']}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus>
        <Popover.Target>
          <UnstyledButton
            aria-label={texts.changeFilter(texts.chip(filter.label, values.join(', ')))}
            onClick={() => setOpened(!opened)}
          >
            <span data-dimmed>{filter.label}</span> {values.join(', ')}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown className={classes['filters']}>
          <Editor {...{ filter, state, change }} onDone={() => setOpened(false)} />
        </Popover.Dropdown>
      </Popover>
      <UnstyledButton
        aria-label={texts.removeFilter(filter.label)}
        onClick={() => change({ filters: without(state.filters, filter.field) })}
      >
        <IconX size={13} />
      </UnstyledButton>
    </span>
  );
}

function Editor({ filter, state, change, onDone }: OneProps & { onDone: () => void }) {
  const values = state.filters[filter.field] ?? [];
  const hold = (next: string[]) =>
    change({
      filters: next.length
        ? { ...state.filters, [filter.field]: next }
        : without(state.filters, filter.field),
    });
  if (filter.kind === 'text') {
    return <TextEditor filter={filter} value={values[0] ?? ''} {...{ hold, onDone }} />;
  }
  if (filter.kind === 'things') return <ThingsEditor {...{ filter, values, hold }} />;
  return (
    <Stack gap={0} role="group" aria-label={texts.anyOf(filter.label)}>
      <Text size="xs" c="dimmed" px="xs" py={4}>
        {filter.label}
      </Text>
      <Boxes choices={filter.choices} {...{ values, hold }} />
    </Stack>
  );
}

interface HeldProps {
  values: string[];
  hold: (values: string[]) => void;
}

function Boxes({ choices, values, hold }: HeldProps & { choices: Choice[] }) {
  return choices.map(({ value, label }) => (
    <Checkbox
      key={value}
      className={classes['option']}
      label={label}
      checked={values.includes(value)}
      onChange={({ currentTarget }) =>
        hold(currentTarget.checked ? [...values, value] : values.filter((v) => v !== value))
      }
    />
  ));
}

/** What is chosen stands first; below it what the API finds. */
function ThingsEditor({ filter, values, hold }: HeldProps & { filter: ThingsFilter }) {
  const [text, setText] = useState('');
  const { found, more, nothing } = useFound(filter.from, text);
  const chosen = useChosen(filter, values, found);
  const others = found
    .filter(({ id }) => !values.includes(id))
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Stack gap={0} role="group" aria-label={texts.anyOf(filter.label)}>
      <TextInput
        data-autofocus
        p="xs"
        aria-label={texts.search(filter.label.toLowerCase())}
        placeholder={texts.search(filter.label.toLowerCase())}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Boxes choices={[...chosen, ...others]} {...{ values, hold }} />
      <Text size="xs" c="dimmed" px="xs" py={4} role="status">
        {found.length === 0 ? nothing : more}
      </Text>
    </Stack>
  );
}

interface TextEditorProps {
  filter: Filter & { kind: 'text' };
  value: string;
  hold: (values: string[]) => void;
  onDone: () => void;
}

function TextEditor({ filter, value, hold, onDone }: TextEditorProps) {
  const [text, setText] = useState(value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        hold(text.trim() ? [text.trim()] : []);
        onDone();
      }}
    >
      <Stack gap="xs" p="xs">
        <TextInput
          data-autofocus
          label={texts.contains(filter.label)}
          placeholder={filter.placeholder ?? ''}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button type="submit">{texts.apply}</Button>
      </Stack>
    </form>
  );
}

type ThingsFilter = Filter & { kind: 'things' };

/** A filter's values with what people call them; those of things are asked of the API. */
function useChosen(filter: Filter, values: string[], known: Thing[] = []): Choice[] {
  const queries = filter.kind === 'things' ? [byId(filter.from, values)] : [];
  const [named] = useQueries({ queries });
  const label = (value: string) => {
    if (filter.kind === 'text') return value;
    if (filter.kind === 'choices') return filter.choices.find((c) => c.value === value)?.label;
    const things = [...known, ...(named?.data?.data ?? [])];
    return things.find(({ id }) => id === value)?.name ?? texts.unread;
  };
  return values.map((value) => ({ value, label: label(value) ?? value }));
}

function without(filters: TableState['filters'], field: string): TableState['filters'] {
  return Object.fromEntries(Object.entries(filters).filter(([each]) => each !== field));
}

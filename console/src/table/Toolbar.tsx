import { ActionIcon, Menu, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconColumns3, IconDownload, IconSearch } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { table as texts } from '#texts/table';
import { useEffect, useRef, useState } from 'react';
import type { ListOf } from '../api/query.ts';
import { refused } from '../confirm/toast.ts';
import type { Column, Filter } from './columns.ts';
import { csv, save } from './csv.ts';
import { everyRow } from './everyRow.ts';
import { Chips, FilterMenu } from './Filters.tsx';
import { asked, type TableState } from './state.ts';
import classes from './table.module.css';
import type { Change } from './useTableState.ts';

interface ToolbarProps<Row> {
  what: string;
  list: ListOf<Row>;
  columns: Column<Row>[];
  shown: Column<Row>[];
  filters: Filter[];
  state: TableState;
  change: Change;
}

export function Toolbar<Row>({ what, ...props }: ToolbarProps<Row>) {
  const { filters, state, change } = props;
  return (
    <div className={classes['toolbar']}>
      <Search what={what} text={state.search} onSearch={(search) => change({ search })} />
      {filters.length > 0 && <FilterMenu {...{ filters, state, change }} />}
      <Chips {...{ filters, state, change }} />
      <div className={classes['tools']}>
        <ColumnMenu {...props} />
        <Export what={what} {...props} />
      </div>
    </div>
  );
}

function Search(props: { what: string; text: string; onSearch: (text: string) => void }) {
  const { what, text, onSearch } = props;
  const input = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback(onSearch, 100);
  useHotkeys([['/', () => input.current?.focus()]]);
  // The address changes by itself, too (back, forward, "clear"), but not while somebody types.
  useEffect(() => {
    if (input.current && input.current !== document.activeElement) input.current.value = text;
  }, [text]);
  return (
    <TextInput
      ref={input}
      type="search"
      className={classes['search']}
      leftSection={<IconSearch size={15} aria-hidden />}
      placeholder={texts.search(what)}
      aria-label={texts.search(what)}
      aria-keyshortcuts="/"
      defaultValue={text}
      maxLength={200}
      onChange={({ currentTarget }) => search(currentTarget.value.trim())}
    />
  );
}

function ColumnMenu<Row>({ columns, shown, change }: Omit<ToolbarProps<Row>, 'what'>) {
  const ids = shown.map(({ id }) => id);
  const toggle = (id: string) =>
    change({ columns: ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id] });
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label={texts.columns}>
          <ActionIcon size="lg" aria-label={texts.columns}>
            <IconColumns3 size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map(({ id, header }) => (
          <Menu.CheckboxItem key={id} checked={ids.includes(id)} onChange={() => toggle(id)}>
            {header}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Export<Row>({ what, list, shown, state, filters }: ToolbarProps<Row>) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const rows = await everyRow(client, list, asked(state, filters));
      save(`${what.toLowerCase().replaceAll(' ', '-')}.csv`, csv(shown, rows));
    } catch (error) {
      refused(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Tooltip label={texts.export}>
      <ActionIcon size="lg" aria-label={texts.export} loading={busy} onClick={() => void run()}>
        <IconDownload size={17} />
      </ActionIcon>
    </Tooltip>
  );
}

import { Checkbox, Skeleton, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { table as texts } from '#texts/table';
import type { MouseEvent, ReactNode } from 'react';
import type { Column, RowAction } from './columns.ts';
import { moveByKey } from './keys.ts';
import { RowMenu } from './RowMenu.tsx';
import { type TableState, turned } from './state.ts';
import classes from './table.module.css';
import type { Change } from './useTableState.ts';

interface RowsProps<Row> {
  columns: Column<Row>[];
  /** Undefined while they are read for the first time. */
  rows: Row[] | undefined;
  name: (row: Row) => string;
  link?: ((row: Row) => string) | undefined;
  open?: ((row: Row) => void) | undefined;
  actions: RowAction<Row>[];
  selected: ReadonlyMap<string, Row>;
  onSelect: (selected: ReadonlyMap<string, Row>) => void;
  state: TableState;
  sort: string;
  change: Change;
}

export function Rows<Row extends { id: string }>(props: RowsProps<Row>) {
  const { columns, rows, actions } = props;
  return (
    <table className={classes['rows']}>
      <Head {...props} />
      <tbody onKeyDown={moveByKey}>
        {rows
          ? rows.map((row) => <One key={row.id} row={row} {...props} />)
          : Array.from({ length: 8 }, (_, place) => (
              <tr key={place}>
                <td colSpan={columns.length + (actions.length > 0 ? 2 : 0)}>
                  <Skeleton height={14} my={4} width={`${40 + ((place * 17) % 50)}%`} />
                </td>
              </tr>
            ))}
      </tbody>
    </table>
  );
}

function Head<Row extends { id: string }>(props: RowsProps<Row>) {
  const { columns, rows = [], actions, selected, onSelect } = props;
  const here = rows.filter(({ id }) => selected.has(id)).length;
  const toggle = () => {
    const next = new Map(selected);
    for (const row of rows) {
      if (here === rows.length) next.delete(row.id);
      else next.set(row.id, row);
    }
    onSelect(next);
  };
  return (
    <thead>
      <tr>
        {actions.length > 0 && (
          <th className={classes['narrow']}>
            <Checkbox
              aria-label={texts.selectAll}
              checked={here > 0 && here === rows.length}
              indeterminate={here > 0 && here < rows.length}
              onChange={toggle}
            />
          </th>
        )}
        {columns.map((column, place) => (
          <ColumnHead key={column.id} column={column} first={place === 0} {...props} />
        ))}
        {actions.length > 0 && (
          <th className={classes['narrow']}>
            <span className={classes['hidden']}>{texts.actions}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function ColumnHead<Row>(props: RowsProps<Row> & { column: Column<Row>; first: boolean }) {
  const { column, first, state, sort, change } = props;
  const field = column.sort;
  const up = state.sort === field;
  const down = state.sort === `-${field}`;
  const direction = up ? 'ascending' : 'descending';
  return (
    <th
      scope="col"
      data-wide={!first && !column.phone ? true : undefined}
      data-align={column.align}
      aria-sort={up || down ? direction : undefined}
    >
      {field ? (
        <UnstyledButton
          className={classes['sort']}
          onClick={() => change({ sort: turned(state.sort, field, sort) })}
        >
          {column.header}
          {up && <IconArrowUp size={13} aria-hidden />}
          {down && <IconArrowDown size={13} aria-hidden />}
        </UnstyledButton>
      ) : (
        column.header
      )}
    </th>
  );
}

function One<Row extends { id: string }>(props: RowsProps<Row> & { row: Row }) {
  const { row, columns, name, link, actions, selected, onSelect } = props;
  const navigate = useNavigate();
  const to = link?.(row);
  const show = props.open && (() => props.open?.(row));
  const open = (event: MouseEvent<HTMLElement>) => {
    if (isBusy(event)) return;
    if (to) void navigate({ to });
    else show?.();
  };
  const toggle = () => {
    const next = new Map(selected);
    if (!next.delete(row.id)) next.set(row.id, row);
    onSelect(next);
  };
  return (
    // The link in the first cell is the keyboard's way; a click anywhere is a shortcut to it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <tr
      data-selected={selected.has(row.id) || undefined}
      data-linked={(to ?? show) && true}
      onClick={open}
    >
      {actions.length > 0 && (
        <td className={classes['narrow']}>
          <Checkbox
            aria-label={texts.select(name(row))}
            checked={selected.has(row.id)}
            onChange={toggle}
          />
        </td>
      )}
      {columns.map((column, place) => (
        <td
          key={column.id}
          data-wide={place > 0 && !column.phone ? true : undefined}
          data-align={column.align}
        >
          {place === 0 ? (
            <Opener to={to} show={show}>
              {column.cell(row)}
            </Opener>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
      {actions.length > 0 && (
        <td className={classes['narrow']}>
          <RowMenu row={row} name={name(row)} actions={actions} />
        </td>
      )}
    </tr>
  );
}

/** The keyboard's way into a row, where it leads somewhere. */
function Opener(props: {
  to: string | undefined;
  show: (() => void) | undefined;
  children: ReactNode;
}) {
  const { to, show, children } = props;
  if (to) {
    return (
      <Link to={to} className={classes['open']} data-row-link>
        {children}
      </Link>
    );
  }
  if (!show) return children;
  return (
    <UnstyledButton className={classes['open']} onClick={show} data-row-link>
      {children}
    </UnstyledButton>
  );
}

/** Whether a click means something else than "open this row". */
function isBusy(event: MouseEvent<HTMLElement>): boolean {
  const { target } = event;
  if (!(target instanceof Element) || !event.currentTarget.contains(target)) return true;
  const own = target.closest('a, button, input, label, [role="menu"]');
  return own !== null || getSelection()?.toString() !== '';
}

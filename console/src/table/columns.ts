import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ListOf } from '../api/query.ts';
import type { Thing } from '../form/things.ts';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** What stands in an exported file. */
  csv: (row: Row) => string | number | null;
  /** The API's field to sort by. */
  sort?: string;
  /** Not shown until somebody chooses it. */
  optional?: boolean;
  /** Shown on phones, too, as the first column always is. */
  phone?: boolean;
  align?: 'end';
}

export interface Choice {
  value: string;
  label: string;
}

/** What rows can be narrowed by; `field` is the API's, and the parameter's in the address. */
export type Filter = { field: string; label: string } & (
  | { kind: 'choices'; choices: Choice[] }
  | { kind: 'things'; from: ListOf<Thing> }
  | { kind: 'text'; placeholder?: string }
);

/** What can be done to rows, one or many. */
export interface RowAction<Row> {
  id: string;
  label: string;
  icon: Icon;
  /** The operation that it takes. */
  needs: string;
  applies?: (row: Row) => boolean;
  danger?: boolean;
  /** Ask, do and tell; resolves to whether anything was done. */
  run: (rows: Row[]) => Promise<boolean>;
}

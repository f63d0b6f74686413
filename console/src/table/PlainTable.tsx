import type { ReactNode } from 'react';
import classes from './table.module.css';

export interface PlainColumn<Row> {
  header: string;
  cell: (row: Row) => ReactNode;
}

interface PlainTableProps<Row> {
  rows: Row[];
  id: (row: Row) => string;
  columns: PlainColumn<Row>[];
  /** Shown when there are no rows. */
  empty: ReactNode;
}

/** A few rows that belong to a thing: nothing to search, sort or page. */
export function PlainTable<Row>({ rows, id, columns, empty }: PlainTableProps<Row>) {
  if (rows.length === 0) return <div className={classes['panel']}>{empty}</div>;
  return (
    <div className={classes['panel']}>
      <table className={classes['rows']}>
        <thead>
          <tr>
            {columns.map(({ header }) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map(({ header, cell }) => (
                <td key={header}>{cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { queryClient } from '../api/query.ts';
import { refused } from '../confirm/toast.ts';

/**
 * Do one thing to each row, one after the other; tells of the first that failed.
 *
 * Returns the rows it was done to.
 */
export async function toEach<Row>(
  rows: Row[],
  act: (row: Row) => Promise<unknown>,
): Promise<Row[]> {
  const done: Row[] = [];
  const failures: unknown[] = [];
  for (const row of rows) {
    try {
      // Writers of one tenant queue anyway; in turn, a failure leaves a clear picture.
      // oxlint-disable-next-line no-await-in-loop
      await act(row);
      done.push(row);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) refused(failures[0]);
  await queryClient.invalidateQueries();
  return done;
}

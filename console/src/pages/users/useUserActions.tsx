import { type ReactNode, useMemo, useState } from 'react';
import type { RowAction } from '../../table/columns.ts';
import { AddToGroup } from './AddToGroup.tsx';
import { userActions } from './actions.ts';
import type { User } from './user.ts';

interface Choosing {
  rows: User[];
  resolve: (done: boolean) => void;
}

/** The actions on users, and the dialog that one of them opens. */
export function useUserActions(): [RowAction<User>[], ReactNode] {
  const [choosing, setChoosing] = useState<Choosing | null>(null);
  const actions = useMemo(
    () => userActions((rows) => new Promise((resolve) => setChoosing({ rows, resolve }))),
    [],
  );
  const end = (done: boolean) => {
    choosing?.resolve(done);
    setChoosing(null);
  };
  return [actions, choosing && <AddToGroup rows={choosing.rows} onEnd={end} />];
}

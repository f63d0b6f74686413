import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { table as texts } from '#texts/table';
import { useState } from 'react';
import { refused } from '../confirm/toast.ts';
import type { RowAction } from './columns.ts';
import classes from './table.module.css';

interface BulkBarProps<Row> {
  rows: Row[];
  actions: RowAction<Row>[];
  onDone: () => void;
}

/** What can be done to the selected rows; an action leaves out those it does not apply to. */
export function BulkBar<Row>({ rows, actions, onDone }: BulkBarProps<Row>) {
  const [busy, setBusy] = useState<string | null>(null);
  const run = async (action: RowAction<Row>, fit: Row[]) => {
    setBusy(action.id);
    try {
      if (await action.run(fit)) onDone();
    } catch (error) {
      refused(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className={classes['bulk']} role="toolbar" aria-label={texts.selected(rows.length)}>
      <strong>{texts.selected(rows.length)}</strong>
      {actions.map((action) => {
        const fit = rows.filter((row) => action.applies?.(row) ?? true);
        const { icon: Glyph } = action;
        return (
          fit.length > 0 && (
            <Button
              key={action.id}
              size="compact-sm"
              variant="default"
              leftSection={<Glyph size={14} aria-hidden />}
              c={action.danger ? 'var(--bad)' : undefined}
              loading={busy === action.id}
              onClick={() => void run(action, fit)}
            >
              {action.label}
            </Button>
          )
        );
      })}
      <ActionIcon aria-label={texts.clearSelection} onClick={onDone}>
        <IconX size={15} />
      </ActionIcon>
    </div>
  );
}

import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { table as texts } from '#texts/table';
import { refused } from '../confirm/toast.ts';
import type { RowAction } from './columns.ts';

interface RowMenuProps<Row> {
  row: Row;
  name: string;
  actions: RowAction<Row>[];
}

export function RowMenu<Row>({ row, name, actions }: RowMenuProps<Row>) {
  const possible = actions.filter(({ applies }) => applies?.(row) ?? true);
  if (possible.length === 0) return null;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={texts.rowActions(name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {possible.map(({ id, label, icon: Glyph, danger, run }) => (
          <Menu.Item
            key={id}
            leftSection={<Glyph size={15} />}
            c={danger ? 'var(--bad)' : undefined}
            onClick={() => void run([row]).catch(refused)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

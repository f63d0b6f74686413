import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { common } from '#texts/common';
import { policies } from '#texts/policies';
import { useState } from 'react';
import { Dialog } from '../../frame/dialogs.tsx';
import type { Policy } from './policy.ts';

interface MoveDialogProps {
  movable: Policy[];
  id: string;
  onMove: (id: string, to: number) => void;
  onClose: () => void;
}

/** Asks for a policy's new number. */
export function MoveDialog({ movable, id, onMove, onClose }: MoveDialogProps) {
  const from = movable.findIndex((each) => each.id === id);
  const [number, setNumber] = useState<string | number>(from + 1);
  const name = movable[from]?.name ?? '';
  const to = Number(number) - 1;
  const fits = Number.isInteger(to) && to >= 0 && to < movable.length && to !== from;
  if (from < 0) return null;
  return (
    <Dialog onClose={onClose} title={policies.moveTitle(name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!fits) return;
          onClose();
          onMove(id, to);
        }}
      >
        <Stack>
          <NumberInput
            data-autofocus
            label={policies.position}
            description={policies.positionHint(movable.length)}
            min={1}
            max={movable.length}
            allowDecimal={false}
            value={number}
            onChange={setNumber}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" disabled={!fits}>
              {policies.move}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { common } from '#texts/common';
import { useState, useSyncExternalStore } from 'react';
import { Dialog } from '../frame/dialogs.tsx';
import { type Asked, presentQuestion, subscribe } from './confirm.ts';

/** Shows what `confirm` asks; once, in the frame. */
export function Confirmation() {
  const asked = useSyncExternalStore(subscribe, presentQuestion);
  if (!asked) return null;
  return (
    <Dialog key={asked.title} onClose={() => asked.answer(false)} title={asked.title}>
      <Ask asked={asked} />
    </Dialog>
  );
}

function Ask({ asked }: { asked: Asked }) {
  const [typed, setTyped] = useState('');
  const ready = asked.typed === undefined || typed.trim() === asked.typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) asked.answer(true);
      }}
    >
      <Stack gap="md">
        <Text size="md">{asked.body}</Text>
        {asked.typed !== undefined && (
          <TextInput
            data-autofocus
            label={common.typeToConfirm(asked.typed)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => asked.answer(false)}>
            {asked.otherwise ?? common.cancel}
          </Button>
          <Button type="submit" color={asked.danger ? 'red.9' : 'pine'} disabled={!ready}>
            {asked.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

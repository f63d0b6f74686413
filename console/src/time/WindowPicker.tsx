import { Group, Select, TextInput } from '@mantine/core';
import { time } from '#texts/time';
import type { Window } from './window.ts';

const windows = Object.entries(time.windows).map(([value, label]) => ({ value, label }));

interface WindowPickerProps {
  value: Window;
  onChange: (change: Window) => void;
}

/** Chooses a window of time; a custom one by two moments in the reader's zone. */
export function WindowPicker({ value, onChange }: WindowPickerProps) {
  const end = (name: 'from' | 'to') => (
    <TextInput
      type="datetime-local"
      aria-label={time[name]}
      value={value[name] ?? ''}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
    />
  );
  return (
    <Group gap="xs">
      {value.window === 'custom' && end('from')}
      {value.window === 'custom' && end('to')}
      <Select
        w="10.5rem"
        aria-label={time.window}
        data={windows}
        allowDeselect={false}
        value={value.window ?? 'any'}
        onChange={(window) =>
          onChange({ window: window === 'any' || !window ? '' : window, from: '', to: '' })
        }
      />
    </Group>
  );
}

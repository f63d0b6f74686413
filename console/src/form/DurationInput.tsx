import { Group, NumberInput, Select } from '@mantine/core';
import { settings } from '#texts/settings';
import { type ReactNode, useState } from 'react';
import { inUnits } from './duration.ts';

interface DurationInputProps {
  label: string;
  description: string;
  /** Seconds. */
  value: number;
  error: string | undefined;
  onChange: (seconds: number) => void;
}

const units = Object.entries(settings.units).map(([value, label]) => ({ value, label }));

/** A span of time, which people give in minutes, hours or days. */
export function DurationInput({ label, description, value, error, onChange }: DurationInputProps) {
  const [unit, setUnit] = useState(inUnits(value).unit);
  const choose = (next: number) => {
    onChange((value / unit) * next);
    setUnit(next);
  };
  return (
    <NumberInput
      label={label}
      description={description}
      min={1}
      hideControls
      value={value / unit}
      error={error}
      onChange={(amount) => onChange(Math.round(Number(amount) * unit))}
      inputContainer={besides(
        <Select
          w="8rem"
          aria-label={settings.unit(label)}
          data={units}
          allowDeselect={false}
          value={String(unit)}
          onChange={(next) => next && choose(Number(next))}
        />,
      )}
    />
  );
}

const besides = (select: ReactNode) => (input: ReactNode) => (
  <Group gap="xs" wrap="nowrap" align="flex-end">
    <div style={{ width: '7rem' }}>{input}</div>
    {select}
  </Group>
);

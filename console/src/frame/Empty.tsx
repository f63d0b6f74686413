import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyProps {
  title?: string;
  /** What to do next. */
  hint: string;
  action?: ReactNode;
}

/** Says what could stand here, and what to do for it. */
export function Empty({ title, hint, action }: EmptyProps) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center">
      {title && <Text fw={600}>{title}</Text>}
      <Text c="dimmed" size="sm" maw="30rem">
        {hint}
      </Text>
      {action}
    </Stack>
  );
}

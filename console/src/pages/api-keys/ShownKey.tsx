import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { apiKeys } from '#texts/api-keys';
import { Dialog } from '../../frame/dialogs.tsx';
import type { ApiKey } from './queries.ts';

/** A new key, for the only time. */
export function ShownKey({ made, onClose }: { made: ApiKey; onClose: () => void }) {
  const key = made.key ?? '';
  return (
    <Dialog
      size="lg"
      onClose={onClose}
      closeOnClickOutside={false}
      title={apiKeys.shownTitle(made.name)}
    >
      <Stack>
        <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>
          {apiKeys.shownWarning}
        </Alert>
        <Code block aria-label={apiKeys.key} style={{ wordBreak: 'break-all' }}>
          {key}
        </Code>
        <Text size="sm" c="dimmed">
          {apiKeys.shownHint}
        </Text>
        <Group gap="xs" justify="flex-end">
          <CopyButton value={key}>
            {({ copied, copy }) => (
              <Button
                data-autofocus
                leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                onClick={copy}
              >
                {copied ? apiKeys.copied : apiKeys.copy}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            {apiKeys.done}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

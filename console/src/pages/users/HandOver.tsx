import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { users } from '#texts/users';
import type { components } from '../../api/schema.d.ts';
import { Dialog } from '../../frame/dialogs.tsx';
import { Time } from '../../time/Time.tsx';
import { Command } from '../my-devices/Copy.tsx';
import { EnrolSteps } from '../my-devices/EnrolSteps.tsx';
import type { User } from './user.ts';

/** What was made for somebody, to be handed to them. */
export type Made =
  | { kind: 'code'; code: components['schemas']['EnrolmentCode'] }
  | { kind: 'link'; link: components['schemas']['SignInLink'] };

interface HandOverProps {
  user: User;
  made: Made;
  onClose: () => void;
}

/** Shows it for the only time. */
export function HandOver({ user, made, onClose }: HandOverProps) {
  const isCode = made.kind === 'code';
  return (
    <Dialog
      size="lg"
      onClose={onClose}
      closeOnClickOutside={false}
      title={isCode ? users.codeTitle(user.email) : users.linkTitle(user.email)}
    >
      <Stack>
        <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>
          {isCode ? users.codeWarning : users.linkWarning}
        </Alert>
        {isCode ? (
          <EnrolSteps code={made.code} />
        ) : (
          <div>
            <Command text={made.link.link} what={users.link} />
            <Text size="xs" c="dimmed">
              {users.linkUntil} <Time at={made.link.expiresAt} />.
            </Text>
          </div>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{users.done}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

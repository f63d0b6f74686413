import { Alert, Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconCopy,
  IconDownload,
  IconInfoCircle,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { myDevices } from '#texts/my-devices';
import { Loading } from '../../frame/Loading.tsx';
import { save } from '../../table/csv.ts';
import { Unread } from '../../table/Unread.tsx';
import { fileName, wgQuick } from './configuration.ts';
import classes from './my-devices.module.css';
import { QrCode } from './QrCode.tsx';
import { wireguard } from './queries.ts';

interface ConfigurationProps {
  id: string;
  /** Known only while the device is being added. */
  privateKey?: string;
  onSaved?: () => void;
  onClose: () => void;
}

export function Configuration({ id, privateKey, onSaved, onClose }: ConfigurationProps) {
  const { data, error, refetch } = useQuery(wireguard(id));
  if (error && !data) return <Unread error={error} again={() => void refetch()} />;
  if (!data) return <Loading />;
  const { name, peers } = data.body;
  const text = wgQuick(data.body, privateKey ?? myDevices.ownKey);
  return (
    <Stack gap="md">
      <Alert
        color={privateKey ? 'yellow' : 'gray'}
        icon={privateKey ? <IconAlertTriangle size={16} /> : <IconInfoCircle size={16} />}
        title={privateKey ? myDevices.once : myDevices.again}
      >
        {privateKey ? myDevices.onceHint : myDevices.againHint}
      </Alert>
      {peers.length === 0 && (
        <Alert color="yellow" icon={<IconInfoCircle size={16} />} title={myDevices.noPeers}>
          {myDevices.noPeersHint}
        </Alert>
      )}
      {privateKey && (
        <div className={classes['scan']}>
          <QrCode text={text} />
          <Text size="sm">{myDevices.scan}</Text>
        </div>
      )}
      {/* Long lines are scrolled to, by keys as well. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes['text']} tabIndex={0} aria-label={myDevices.text}>
        {text}
      </pre>
      <Group gap="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
              onClick={() => {
                copy();
                onSaved?.();
              }}
            >
              {copied ? myDevices.copied : myDevices.copy}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} />}
          onClick={() => {
            save(fileName(name), text, 'text/plain');
            onSaved?.();
          }}
        >
          {myDevices.download}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {myDevices.laterGateways}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>{privateKey ? myDevices.saved : myDevices.done}</Button>
      </Group>
    </Stack>
  );
}

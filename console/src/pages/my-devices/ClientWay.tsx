import { Button, Group, Text } from '@mantine/core';
import { IconCircleCheck, IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { myDevices } from '#texts/my-devices';
import { useState } from 'react';
import { post } from '../../api/call.ts';
import type { components } from '../../api/schema.d.ts';
import { refused } from '../../confirm/toast.ts';
import { EnrolSteps } from './EnrolSteps.tsx';
import classes from './my-devices.module.css';
import { ownDevices } from './queries.ts';

/** How often the devices are read while one is waited for, in milliseconds. */
const glance = 2000;

interface Begun {
  code: components['schemas']['EnrolmentCode'];
  /** The devices that were there before. */
  before: ReadonlySet<string>;
}

export function ClientWay({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [sending, setSending] = useState(false);
  const { data } = useQuery({ ...ownDevices, refetchInterval: begun ? glance : false });
  const all = data?.body ?? [];
  const begin = async () => {
    setSending(true);
    try {
      const before = new Set(all.map(({ id }) => id));
      const { body: code } = await post('/tenants/me/enrolment-codes');
      setBegun({ code, before });
      onMade();
    } catch (error) {
      refused(error);
    } finally {
      setSending(false);
    }
  };
  if (!begun) {
    return (
      <Group>
        <Button loading={sending} disabled={!data} onClick={() => void begin()}>
          {myDevices.makeLink}
        </Button>
      </Group>
    );
  }
  const { code, before } = begun;
  const device = all.find(({ id }) => !before.has(id));
  return (
    <>
      <Text size="sm">{myDevices.linkHint}</Text>
      <EnrolSteps code={code} />
      <Progress device={device} />
      {device && (
        <Group justify="flex-end">
          <Button onClick={onClose}>{myDevices.done}</Button>
        </Group>
      )}
    </>
  );
}

function Progress({ device }: { device: components['schemas']['Device'] | undefined }) {
  const online = device?.status === 'Online';
  return (
    <div className={classes['progress']} role="status" data-done={online || undefined}>
      {online ? <IconCircleCheck size={18} aria-hidden /> : <IconClock size={18} aria-hidden />}
      {!device && myDevices.waiting}
      {device && (online ? myDevices.connected(device.name) : myDevices.enrolled(device.name))}
    </div>
  );
}

import { Button } from '@mantine/core';
import {
  IconCircle,
  IconCircleCheck,
  IconCircleOff,
  IconDeviceLaptop,
  IconDeviceMobile,
  type Icon,
  IconFileText,
  IconTrash,
} from '@tabler/icons-react';
import { myDevices } from '#texts/my-devices';
import { del } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { confirm } from '../../confirm/confirm.ts';
import { refused, told } from '../../confirm/toast.ts';
import { Status, type Tone } from '../../status/Status.tsx';
import { Time } from '../../time/Time.tsx';
import classes from './my-devices.module.css';

export type Own = components['schemas']['Device'];

const looks: Record<Own['status'], [Tone, Icon]> = {
  Online: ['ok', IconCircleCheck],
  Offline: ['idle', IconCircle],
  Deactivated: ['warn', IconCircleOff],
};

export function isWithoutClient({ hardwareId }: Own): boolean {
  return hardwareId === 'WireGuard';
}

export function OwnDevice({ device, onShow }: { device: Own; onShow: () => void }) {
  const { id, name, status, appVersion, lastConnection, createdAt } = device;
  const plain = isWithoutClient(device);
  const Glyph = plain ? IconDeviceMobile : IconDeviceLaptop;
  const [tone, icon] = looks[status];
  const remove = async () => {
    const sure = await confirm({
      title: myDevices.removeTitle(name),
      body: myDevices.removeBody,
      action: myDevices.remove,
      danger: true,
    });
    if (!sure) return;
    await del('/tenants/me/devices/{id}', { path: { id } });
    await queryClient.invalidateQueries();
    told(myDevices.removed(name));
  };
  return (
    <li className={classes['card']}>
      <Glyph size={28} stroke={1.4} aria-hidden />
      <div className={classes['about']}>
        <h2>{name}</h2>
        <p>{plain ? myDevices.withoutClient : myDevices.client(appVersion)}</p>
      </div>
      <Status tone={tone} icon={icon} label={myDevices.statuses[status]} />
      <dl>
        <div>
          <dt>{myDevices.lastSeen}</dt>
          <dd>
            <Time at={lastConnection} never={myDevices.neverConnected} />
          </dd>
        </div>
        <div>
          <dt>{myDevices.added}</dt>
          <dd>
            <Time at={createdAt} />
          </dd>
        </div>
      </dl>
      {status === 'Deactivated' && <p>{myDevices.deactivatedHint}</p>}
      <div className={classes['buttons']}>
        {plain && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconFileText size={14} aria-hidden />}
            aria-label={myDevices.showOf(name)}
            onClick={onShow}
          >
            {myDevices.show}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          c="var(--bad)"
          leftSection={<IconTrash size={14} aria-hidden />}
          aria-label={myDevices.removeOf(name)}
          onClick={() => void remove().catch(refused)}
        >
          {myDevices.remove}
        </Button>
      </div>
    </li>
  );
}

import { Text } from '@mantine/core';
import { devices } from '#texts/devices';
import { Facts } from '../../frame/Facts.tsx';
import { Time } from '../../time/Time.tsx';
import { Owner } from './columns.tsx';
import { countryName, type Device, isWithoutClient, platformOf, postureOf } from './device.ts';
import classes from './devices.module.css';
import { DeviceStatus, Ownership } from './marks.tsx';

export function DeviceDetails({ device }: { device: Device }) {
  const { user, owned, origin, status } = device;
  const posture = postureOf(device);
  return (
    <div className={classes['pair']}>
      <section aria-label={devices.device}>
        <h2>{devices.device}</h2>
        <Facts
          facts={[
            [devices.owner, <Owner key="owner" user={user} />],
            [devices.owned, <Ownership key="owned" owned={owned} />],
            [devices.platform, platformOf(device) ?? <Unknown />],
            [devices.serialNumber, posture?.serialNumber ?? <Unknown />],
            ...hardware(device),
            [devices.created, <Time key="created" at={device.createdAt} />],
          ]}
        />
      </section>
      <section aria-label={devices.connection}>
        <h2>{devices.connection}</h2>
        <Facts
          facts={[
            [devices.status, <DeviceStatus key="status" status={status} />],
            [
              devices.lastSeen,
              <Time key="seen" at={device.lastConnection} never={devices.neverConnected} />,
            ],
            [devices.address, origin?.ip ? <Code>{origin.ip}</Code> : <Unknown />],
            [devices.country, countryName(origin?.country) ?? <Unknown />],
            [devices.client, isWithoutClient(device) ? devices.withoutClient : device.appVersion],
          ]}
        />
      </section>
    </div>
  );
}

function hardware(device: Device): [string, React.ReactNode][] {
  if (isWithoutClient(device)) return [];
  return [[devices.hardwareId, <Code key="hardware">{device.hardwareId}</Code>]];
}

function Code({ children }: { children: string }) {
  return (
    <Text span ff="monospace" size="xs">
      {children}
    </Text>
  );
}

function Unknown() {
  return <span data-dimmed>{devices.unknown}</span>;
}

import { Alert } from '@mantine/core';
import { IconClockX } from '@tabler/icons-react';
import { devices } from '#texts/devices';
import { Empty } from '../../frame/Empty.tsx';
import { Facts } from '../../frame/Facts.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import { Time } from '../../time/Time.tsx';
import {
  type Device,
  isWithoutClient,
  type Posture,
  postureOf,
  type SignalName,
  signalNames,
} from './device.ts';
import classes from './devices.module.css';
import { Compliance, Signal } from './marks.tsx';
import { PostureHistory } from './PostureHistory.tsx';

interface Row {
  name: SignalName;
  value: boolean | null;
}

const columns: PlainColumn<Row>[] = [
  {
    header: devices.signal,
    cell: ({ name, value }) => (
      <div className={classes['signal']}>
        {devices.signals[name]}
        <small>{value === null ? devices.unknownHints[name] : devices.signalHints[name]}</small>
      </div>
    ),
  },
  { header: devices.state, cell: ({ value }) => <Signal value={value} /> },
];

export function DevicePosture({ device }: { device: Device }) {
  const posture = postureOf(device);
  if (!posture) {
    const hint = isWithoutClient(device) ? devices.noPostureWireguard : devices.noPostureHint;
    return <PlainTable rows={[]} id={String} columns={[]} empty={<None hint={hint} />} />;
  }
  const rows = signalNames.map((name) => ({ name, value: posture[name] }));
  // Not compliant though nothing is off: the report is too old.
  const stale = !posture.compliant && rows.every(({ value }) => value !== false);
  return (
    <div className={classes['stack']}>
      {stale && (
        <Alert color="yellow" icon={<IconClockX size={16} />}>
          {devices.stale}
        </Alert>
      )}
      <div className={classes['wide']}>
        <PlainTable rows={rows} id={({ name }) => name} columns={columns} empty={null} />
        <Facts facts={[...judged(device, posture), ...extras(posture)]} />
      </div>
      <section aria-label={devices.history}>
        <h2>{devices.history}</h2>
        <PostureHistory id={device.id} />
      </section>
    </div>
  );
}

function None({ hint }: { hint: string }) {
  return <Empty title={devices.noPosture} hint={hint} />;
}

function judged(device: Device, posture: Posture): [string, React.ReactNode][] {
  return [
    [devices.judged, <Compliance key="compliance" device={device} />],
    [devices.lastReport, <Time key="check" at={posture.lastCheck} />],
    [devices.system, posture.osName ?? devices.unknown],
    [devices.systemVersion, posture.osVersion ?? devices.unknown],
    [devices.kernel, posture.kernel ?? devices.unknown],
    [devices.pendingReboot, restart(posture.pendingReboot)],
  ];
}

function restart(pending: boolean | null): string {
  if (pending === null) return devices.unknown;
  return pending ? devices.waits : devices.waitsNot;
}

function extras({ extra }: Posture): [string, React.ReactNode][] {
  return Object.entries(extra ?? {}).map(([name, value]) => [name, String(value)]);
}

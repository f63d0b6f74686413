import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { myDevices } from '#texts/my-devices';
import { useDoing } from '../../form/useDoing.ts';
import { SideDialog } from '../../frame/dialogs.tsx';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { type Me, useMe } from '../../me/me.ts';
import { AddDevice } from './AddDevice.tsx';
import { Configuration } from './Configuration.tsx';
import classes from './my-devices.module.css';
import { type Own, OwnDevice } from './OwnDevice.tsx';
import { ownDevices } from './queries.ts';

export const reads = (_: object, { kind }: Me) => (kind === 'user' ? [ownDevices] : []);

export default function MyDevicesPage() {
  if (useMe().kind === 'user') return <Mine />;
  return (
    <Page title={myDevices.title}>
      <div className={classes['panel']}>
        <Empty title={myDevices.forKeys} hint={myDevices.forKeysHint} />
      </div>
    </Page>
  );
}

function Mine() {
  const { data } = useSuspenseQuery(ownDevices);
  const [adding, open, close] = useDoing('add');
  const [shown, show] = useShown(data.body);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {myDevices.add}
    </Button>
  );
  return (
    <Page title={myDevices.title} actions={data.body.length > 0 && add}>
      {data.body.length === 0 ? (
        <div className={classes['panel']}>
          <Empty title={myDevices.empty} hint={myDevices.emptyHint} action={add} />
        </div>
      ) : (
        <ul className={classes['cards']}>
          {data.body.map((device) => (
            <OwnDevice key={device.id} device={device} onShow={() => show(device.id)} />
          ))}
        </ul>
      )}
      {adding && <AddDevice onClose={close} />}
      {shown && (
        <SideDialog size="lg" onClose={() => show(undefined)} title={shown.name}>
          <Configuration id={shown.id} onClose={() => show(undefined)} />
        </SideDialog>
      )}
    </Page>
  );
}

/** The device whose configuration is shown, which the address names. */
function useShown(all: Own[]): [Own | undefined, (id: string | undefined) => void] {
  const { device } = useSearch({ strict: false }) as { device?: string };
  const navigate = useNavigate();
  const show = (id: string | undefined) =>
    void navigate({ to: '.', search: { device: id } as never, replace: true });
  return [all.find(({ id }) => id === device), show];
}

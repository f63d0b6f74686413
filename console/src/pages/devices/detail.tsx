import { Button, Tabs } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useSearch } from '@tanstack/react-router';
import { devices } from '#texts/devices';
import { refused } from '../../confirm/toast.ts';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import type { RowAction } from '../../table/columns.ts';
import { actions } from './actions.ts';
import type { Device } from './device.ts';
import { DeviceAccess } from './DeviceAccess.tsx';
import { DeviceDenials } from './DeviceDenials.tsx';
import { DeviceDetails } from './DeviceDetails.tsx';
import { Events } from '../../history/Events.tsx';
import { DevicePosture } from './DevicePosture.tsx';
import { Compliance, DeviceStatus } from './marks.tsx';
import { device as deviceQuery } from './queries.ts';

const route = getRouteApi('/devices/$id');
const { tabs } = devices;

export const reads = ({ id }: { id: string }) => [deviceQuery(id)];

export default function DevicePage() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(deviceQuery(id));
  const device = data.body;
  const may = useMay();
  const navigate = useNavigate();
  const { tab = 'details' } = useSearch({ strict: false }) as { tab?: string };
  const show = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next ?? undefined } as never, replace: true });
  return (
    <Page
      title={device.name}
      hint={
        <>
          <DeviceStatus status={device.status} />
          <Compliance device={device} />
        </>
      }
      above={[{ label: devices.title, to: '/devices' }]}
      actions={<Actions device={device} />}
    >
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{tabs.details}</Tabs.Tab>
          <Tabs.Tab value="posture">{tabs.posture}</Tabs.Tab>
          {may('AccessController_matrix') && <Tabs.Tab value="access">{tabs.access}</Tabs.Tab>}
          {may('DenialsController_findAll') && <Tabs.Tab value="denials">{tabs.denials}</Tabs.Tab>}
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="details">
          <DeviceDetails device={device} />
        </Tabs.Panel>
        <Tabs.Panel value="posture">
          <DevicePosture device={device} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <DeviceAccess id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="denials">
          <DeviceDenials id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Actions({ device }: { device: Device }) {
  const may = useMay();
  const navigate = useNavigate();
  const run = async (action: RowAction<Device>) => {
    const done = await action.run([device]);
    if (done && action.id === 'delete') void navigate({ to: '/devices' });
  };
  return actions
    .filter(({ needs, applies }) => may(needs) && (applies?.(device) ?? true))
    .map((action) => (
      <Button
        key={action.id}
        variant="default"
        c={action.danger ? 'var(--bad)' : undefined}
        leftSection={<action.icon size={15} aria-hidden />}
        onClick={() => void run(action).catch(refused)}
      >
        {action.label}
      </Button>
    ));
}

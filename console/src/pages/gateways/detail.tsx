import { Button, Tabs } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useSearch } from '@tanstack/react-router';
import { gateways } from '#texts/gateways';
import { refused } from '../../confirm/toast.ts';
import { Page } from '../../frame/Page.tsx';
import { Events } from '../../history/Events.tsx';
import { useMay } from '../../me/me.ts';
import type { RowAction } from '../../table/columns.ts';
import { actions } from './actions.ts';
import type { Gateway } from './gateway.ts';
import { GatewayDetails } from './GatewayDetails.tsx';
import { GatewayResources } from './GatewayResources.tsx';
import { GatewayStatus } from './GatewayStatus.tsx';
import { Install } from './Install.tsx';
import { gateway as gatewayQuery } from './queries.ts';
import { TestConfiguration } from './TestConfiguration.tsx';
import { useInstalling } from './useInstalling.ts';

const route = getRouteApi('/gateways/$id');
const { tabs } = gateways;

export const reads = ({ id }: { id: string }) => [gatewayQuery(id)];

export default function GatewayPage() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(gatewayQuery(id));
  const gateway = data.body;
  const may = useMay();
  const navigate = useNavigate();
  const first = useInstalling(gateway) ? 'install' : 'details';
  const { tab = first } = useSearch({ strict: false }) as { tab?: string };
  const show = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next ?? undefined } as never, replace: true });
  return (
    <Page
      title={gateway.name}
      hint={<GatewayStatus status={gateway.status} />}
      above={[{ label: gateways.title, to: '/gateways' }]}
      actions={<Actions gateway={gateway} onRotated={() => show('install')} />}
    >
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{tabs.details}</Tabs.Tab>
          <Tabs.Tab value="resources">
            {`${tabs.resources} (${gateway.resources?.length ?? 0})`}
          </Tabs.Tab>
          {may('GatewaysController_rotateToken') && (
            <Tabs.Tab value="install">{tabs.install}</Tabs.Tab>
          )}
          {may('GatewaysController_testConfiguration') && (
            <Tabs.Tab value="test">{tabs.test}</Tabs.Tab>
          )}
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="details">
          <GatewayDetails key={id} gateway={gateway} etag={data.etag} />
        </Tabs.Panel>
        <Tabs.Panel value="resources">
          <GatewayResources gateway={gateway} />
        </Tabs.Panel>
        <Tabs.Panel value="install">
          <Install id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="test">
          <TestConfiguration key={id} id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Actions({ gateway, onRotated }: { gateway: Gateway; onRotated: () => void }) {
  const may = useMay();
  const navigate = useNavigate();
  const run = async (action: RowAction<Gateway>) => {
    const done = await action.run([gateway]);
    if (done && action.id === 'delete') void navigate({ to: '/gateways' });
    if (done && action.id === 'rotate') onRotated();
  };
  return actions
    .filter(({ needs, applies }) => may(needs) && (applies?.(gateway) ?? true))
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

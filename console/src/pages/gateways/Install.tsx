import { Button, Code, CopyButton, Loader, Text } from '@mantine/core';
import {
  IconCheck,
  IconCircleCheckFilled,
  IconCopy,
  IconPlugConnectedX,
  IconTool,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { gateways } from '#texts/gateways';
import { apiBase } from '../../api/base.ts';
import type { Gateway } from './gateway.ts';
import classes from './gateways.module.css';
import { gateway as gatewayQuery } from './queries.ts';

const { install } = gateways;
const interval = 2000;

/** The one command that makes a host this gateway, and whether it connected; asks until it did. */
export function Install({ id }: { id: string }) {
  const { data } = useQuery({
    ...gatewayQuery(id),
    refetchInterval: ({ state }) => (state.data?.body.status === 'ONLINE' ? false : interval),
  });
  const gateway = data?.body;
  if (!gateway) return null;
  return (
    <section className={classes['install']} aria-label={install.title}>
      <Text fw={600}>{install.title}</Text>
      {gateway.token ? <Command token={gateway.token} /> : <Text>{install.noToken}</Text>}
      <Progress gateway={gateway} />
      <Text size="sm" c="dimmed">
        {install.hint}
      </Text>
      <Text size="sm" c="dimmed">
        {install.firewall} <Code>{gateway.wireguardPort}</Code> {install.firewallEnd} {install.unit}
      </Text>
    </section>
  );
}

/** The token goes by a file: arguments can be read by others on the host. */
function command(token: string): string {
  const controller = `${location.origin}${apiBase}`;
  return [
    `(umask 077; echo '${token}' > token) &&`,
    `gatescale gateway run --controller ${controller}`,
    '--token-file token',
  ].join(' \\\n  ');
}

function Command({ token }: { token: string }) {
  const text = command(token);
  return (
    <div className={classes['command']}>
      <pre>{text}</pre>
      <CopyButton value={text.replaceAll(/ \\\n\s+/g, ' ')}>
        {({ copied, copy }) => (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            onClick={copy}
          >
            {copied ? install.copied : install.copy}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

function Progress({ gateway }: { gateway: Gateway }) {
  const { status, endpoint, error } = gateway;
  const told = {
    ONLINE: [install.connected, install.connectedHint(endpoint)],
    PENDING: [install.waiting, install.waitingHint],
    ERROR: [gateways.told, error ?? ''],
    OFFLINE: [install.offline, install.offlineHint],
    MAINTENANCE: [gateways.inMaintenance, gateways.inMaintenanceHint],
  }[status];
  return (
    <div className={classes['progress']} data-state={status} role="status">
      <Sign status={status} />
      <div>
        <strong>{told[0]}</strong>
        <div>{told[1]}</div>
      </div>
    </div>
  );
}

function Sign({ status }: { status: Gateway['status'] }) {
  if (status === 'ONLINE') return <IconCircleCheckFilled size={22} aria-hidden />;
  if (status === 'PENDING') return <Loader size={20} color="var(--info)" aria-hidden />;
  if (status === 'MAINTENANCE') return <IconTool size={22} aria-hidden />;
  return <IconPlugConnectedX size={22} aria-hidden />;
}

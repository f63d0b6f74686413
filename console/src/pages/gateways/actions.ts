import {
  IconRefreshDot,
  IconRoute,
  IconRouteOff,
  IconTools,
  IconToolsOff,
  IconTrash,
} from '@tabler/icons-react';
import { gateways } from '#texts/gateways';
import { del, post } from '../../api/call.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { Gateway } from './gateway.ts';

const at = ({ id }: Gateway) => ({ path: { id } });

async function enableRelay(rows: Gateway[]): Promise<boolean> {
  const done = await toEach(rows, (row) => post('/tenants/gateways/{id}/enable-relay', at(row)));
  if (done.length > 0) told(gateways.relayEnabled(done.length), () => void disableRelay(done));
  return done.length > 0;
}

async function disableRelay(rows: Gateway[]): Promise<boolean> {
  const done = await toEach(rows, (row) => post('/tenants/gateways/{id}/disable-relay', at(row)));
  if (done.length > 0) told(gateways.relayDisabled(done.length), () => void enableRelay(done));
  return done.length > 0;
}

async function startMaintenance(rows: Gateway[]): Promise<boolean> {
  const done = await toEach(rows, (row) =>
    post('/tenants/gateways/{id}/start-maintenance', at(row)),
  );
  if (done.length > 0) {
    told(gateways.maintenanceStarted(done.length), () => void endMaintenance(done));
  }
  return done.length > 0;
}

async function endMaintenance(rows: Gateway[]): Promise<boolean> {
  const done = await toEach(rows, (row) => post('/tenants/gateways/{id}/end-maintenance', at(row)));
  if (done.length > 0) {
    told(gateways.maintenanceEnded(done.length), () => void startMaintenance(done));
  }
  return done.length > 0;
}

async function rotate(rows: Gateway[]): Promise<boolean> {
  const sure = await confirm({
    title: gateways.rotateTitle(rows.map(({ name }) => name).join(', ')),
    body: gateways.rotateBody,
    action: gateways.rotate,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, (row) => post('/tenants/gateways/{id}/rotate-token', at(row)));
  if (done.length > 0) told(gateways.rotated);
  return done.length > 0;
}

async function remove(rows: Gateway[]): Promise<boolean> {
  const sure = await confirm({
    title: gateways.removeTitle(rows.length),
    body: gateways.removeBody,
    action: gateways.remove,
    typed: rows.length === 1 ? (rows[0]?.name ?? gateways.removeWord) : gateways.removeWord,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, (row) => del('/tenants/gateways/{id}', at(row)));
  if (done.length > 0) told(gateways.removed(done.length));
  return done.length > 0;
}

export const actions: RowAction<Gateway>[] = [
  {
    id: 'startMaintenance',
    label: gateways.startMaintenance,
    icon: IconTools,
    needs: 'GatewaysController_startMaintenance',
    applies: ({ maintenance, status }) => !maintenance && status !== 'PENDING',
    run: startMaintenance,
  },
  {
    id: 'endMaintenance',
    label: gateways.endMaintenance,
    icon: IconToolsOff,
    needs: 'GatewaysController_endMaintenance',
    applies: ({ maintenance }) => maintenance,
    run: endMaintenance,
  },
  {
    id: 'enableRelay',
    label: gateways.enableRelay,
    icon: IconRoute,
    needs: 'GatewaysController_enableRelay',
    applies: ({ relayEnabled }) => !relayEnabled,
    run: enableRelay,
  },
  {
    id: 'disableRelay',
    label: gateways.disableRelay,
    icon: IconRouteOff,
    needs: 'GatewaysController_disableRelay',
    applies: ({ relayEnabled }) => relayEnabled,
    run: disableRelay,
  },
  {
    id: 'rotate',
    label: gateways.rotate,
    icon: IconRefreshDot,
    needs: 'GatewaysController_rotateToken',
    run: rotate,
  },
  {
    id: 'delete',
    label: gateways.remove,
    icon: IconTrash,
    needs: 'GatewaysController_delete',
    danger: true,
    run: remove,
  },
];

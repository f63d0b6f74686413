import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { devices } from '#texts/devices';
import { del, patch, post } from '../../api/call.ts';
import { askIfBroken } from '../../confirm/breaking.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { Device } from './device.ts';

async function deactivate(rows: Device[]): Promise<boolean> {
  const sure = await confirm({
    title: devices.deactivateTitle(rows.length),
    body: devices.deactivateBody,
    action: devices.deactivate,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, ({ id }) =>
    askIfBroken((ignorePolicyTests) =>
      patch('/tenants/devices/{id}/deactivate', { path: { id }, ignorePolicyTests }),
    ),
  );
  if (done.length > 0) told(devices.deactivated(done.length), () => void reactivate(done));
  return done.length > 0;
}

async function reactivate(rows: Device[]): Promise<boolean> {
  const done = await toEach(rows, ({ id }) =>
    askIfBroken((ignorePolicyTests) =>
      post('/tenants/devices/{id}/reactivate', { path: { id }, ignorePolicyTests }),
    ),
  );
  if (done.length > 0) told(devices.reactivated(done.length));
  return done.length > 0;
}

async function remove(rows: Device[]): Promise<boolean> {
  const sure = await confirm({
    title: devices.removeTitle(rows.length),
    body: devices.removeBody,
    action: devices.remove,
    typed: rows.length === 1 ? (rows[0]?.name ?? devices.removeWord) : devices.removeWord,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, ({ id }) =>
    askIfBroken((ignorePolicyTests) =>
      del('/tenants/devices/{id}', { path: { id }, ignorePolicyTests }),
    ),
  );
  if (done.length > 0) told(devices.removed(done.length));
  return done.length > 0;
}

export const actions: RowAction<Device>[] = [
  {
    id: 'deactivate',
    label: devices.deactivate,
    icon: IconPlayerPause,
    needs: 'DevicesController_deactivate',
    applies: ({ active }) => active,
    run: deactivate,
  },
  {
    id: 'reactivate',
    label: devices.reactivate,
    icon: IconPlayerPlay,
    needs: 'DevicesController_reactivate',
    applies: ({ active }) => !active,
    run: reactivate,
  },
  {
    id: 'delete',
    label: devices.remove,
    icon: IconTrash,
    needs: 'DevicesController_delete',
    danger: true,
    run: remove,
  },
];

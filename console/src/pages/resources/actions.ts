import { IconTrash } from '@tabler/icons-react';
import { resources } from '#texts/resources';
import { del } from '../../api/call.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { Resource } from './resource.ts';

export async function remove(rows: Resource[]): Promise<boolean> {
  const sure = await confirm({
    title: resources.removeTitle(rows.length),
    body: resources.removeBody,
    action: resources.remove,
    typed: rows.length === 1 ? (rows[0]?.name ?? resources.removeWord) : resources.removeWord,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, ({ id }) => del('/tenants/resources/{id}', { path: { id } }));
  if (done.length > 0) told(resources.removed(done.length));
  return done.length > 0;
}

export const actions: RowAction<Resource>[] = [
  {
    id: 'delete',
    label: resources.remove,
    icon: IconTrash,
    needs: 'ResourceController_delete',
    danger: true,
    run: remove,
  },
];

import { IconTrash } from '@tabler/icons-react';
import { protocols } from '#texts/protocols';
import { del } from '../../api/call.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { Protocol } from './protocol.ts';

export const actions: RowAction<Protocol>[] = [
  {
    id: 'delete',
    label: protocols.remove,
    icon: IconTrash,
    needs: 'ProtocolController_delete',
    applies: ({ type }) => type === 'CUSTOM',
    danger: true,
    run: remove,
  },
];

async function remove(rows: Protocol[]): Promise<boolean> {
  const sure = await confirm({
    title: protocols.removeTitle(rows.length),
    body: protocols.removeBody,
    action: protocols.remove,
    danger: true,
  });
  if (!sure) return false;
  const done = await toEach(rows, ({ id }) => del('/tenants/protocols/{id}', { path: { id } }));
  if (done.length > 0) told(protocols.removed(done.length));
  return done.length > 0;
}

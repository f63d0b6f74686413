import { IconTrash } from '@tabler/icons-react';
import { policyTests } from '#texts/policy-tests';
import { del } from '../../api/call.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import type { RowAction } from '../../table/columns.ts';
import type { PolicyTest } from './queries.ts';

export const remove: RowAction<PolicyTest> = {
  id: 'delete',
  label: policyTests.remove,
  icon: IconTrash,
  needs: 'PolicyTestsController_delete',
  danger: true,
  run: async (rows) => {
    const sure = await confirm({
      title: policyTests.removeTitle(rows.length),
      body: policyTests.removeBody,
      action: policyTests.remove,
      danger: true,
    });
    if (!sure) return false;
    const done = await toEach(rows, ({ id }) =>
      del('/tenants/policy-tests/{id}', { path: { id } }),
    );
    if (done.length > 0) told(policyTests.removed(done.length));
    return done.length === rows.length;
  },
};

export const actions = [remove];

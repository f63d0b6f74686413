import { Button, Group, Stack } from '@mantine/core';
import { common } from '#texts/common';
import { users } from '#texts/users';
import { useState } from 'react';
import { post } from '../../api/call.ts';
import { told } from '../../confirm/toast.ts';
import { OnePicker } from '../../form/Picker.tsx';
import { type Thing, things } from '../../form/things.ts';
import { Dialog } from '../../frame/dialogs.tsx';
import { toEach } from '../../table/bulk.ts';
import type { User } from './user.ts';

export function AddToGroup({ rows, onEnd }: { rows: User[]; onEnd: (done: boolean) => void }) {
  const [group, setGroup] = useState<Thing | null>(null);
  const [sending, setSending] = useState(false);
  const join = async () => {
    if (group === null) return;
    setSending(true);
    const done = await toEach(rows, ({ id }) =>
      post('/tenants/users/{id}/groups', { path: { id }, body: { groupId: group.id } }),
    );
    if (done.length > 0) told(users.added(done.length, group.name));
    onEnd(done.length > 0);
  };
  return (
    <Dialog onClose={() => onEnd(false)} title={users.addToGroupTitle(rows.length)}>
      <Stack>
        <OnePicker
          data-autofocus
          label={users.group}
          from={things.groups}
          value={group}
          onChange={setGroup}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onEnd(false)}>
            {common.cancel}
          </Button>
          <Button loading={sending} disabled={group === null} onClick={() => void join()}>
            {users.add}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

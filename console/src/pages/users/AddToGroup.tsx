import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { common } from '#texts/common';
import { users } from '#texts/users';
import { useState } from 'react';
import { post } from '../../api/call.ts';
import { told } from '../../confirm/toast.ts';
import { toEach } from '../../table/bulk.ts';
import { groups } from './queries.ts';
import type { User } from './user.ts';

export function AddToGroup({ rows, onEnd }: { rows: User[]; onEnd: (done: boolean) => void }) {
  const { data } = useQuery(groups);
  const [groupId, setGroupId] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const all = data?.body.data ?? [];
  const join = async () => {
    if (groupId === null) return;
    setSending(true);
    const done = await toEach(rows, ({ id }) =>
      post('/tenants/users/{id}/groups', { path: { id }, body: { groupId } }),
    );
    const name = all.find(({ id }) => id === groupId)?.name ?? '';
    if (done.length > 0) told(users.added(done.length, name));
    onEnd(done.length > 0);
  };
  return (
    <Modal
      opened
      onClose={() => onEnd(false)}
      title={users.addToGroupTitle(rows.length)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <Select
          data-autofocus
          searchable
          label={users.group}
          data={all.map(({ id, name }) => ({ value: id, label: name }))}
          value={groupId}
          onChange={setGroupId}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onEnd(false)}>
            {common.cancel}
          </Button>
          <Button loading={sending} disabled={groupId === null} onClick={() => void join()}>
            {users.add}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

import { Button, Tabs } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useSearch } from '@tanstack/react-router';
import { groups } from '#texts/groups';
import { refused } from '../../confirm/toast.ts';
import { useDoing } from '../../form/useDoing.ts';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { actions } from './actions.ts';
import type { Group } from './group.ts';
import { GroupDetails } from './GroupDetails.tsx';
import { EditGroup } from './GroupDrawer.tsx';
import { Events } from '../../history/Events.tsx';
import { GroupMembers } from './GroupMembers.tsx';
import { GroupPolicies } from './GroupPolicies.tsx';
import { group as groupQuery } from './queries.ts';

const route = getRouteApi('/groups/$id');
const { tabs } = groups;

export const reads = ({ id }: { id: string }) => [groupQuery(id)];

export default function GroupPage() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(groupQuery(id));
  const group = data.body;
  const may = useMay();
  const navigate = useNavigate();
  const { tab = 'members' } = useSearch({ strict: false }) as { tab?: string };
  const [editing, edit, close] = useDoing('edit');
  const show = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next ?? undefined } as never, replace: true });
  return (
    <Page
      title={group.name}
      hint={group.description}
      above={[{ label: groups.title, to: '/groups' }]}
      actions={<Actions group={group} onEdit={edit} />}
    >
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="members">{`${tabs.members} (${group.userCount})`}</Tabs.Tab>
          {may('PoliciesController_findAll') && (
            <Tabs.Tab value="policies">{tabs.policies}</Tabs.Tab>
          )}
          <Tabs.Tab value="details">{tabs.details}</Tabs.Tab>
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="members">
          <GroupMembers group={group} />
        </Tabs.Panel>
        <Tabs.Panel value="policies">
          <GroupPolicies id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="details">
          <GroupDetails group={group} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
      {editing && <EditGroup group={group} etag={data.etag} onClose={close} />}
    </Page>
  );
}

function Actions({ group, onEdit }: { group: Group; onEdit: () => void }) {
  const may = useMay();
  const navigate = useNavigate();
  const remove = async () => {
    if (await actions[0]?.run([group])) void navigate({ to: '/groups' });
  };
  return (
    <>
      {may('GroupsController_update') && (
        <Button
          variant="default"
          leftSection={<IconPencil size={15} aria-hidden />}
          onClick={onEdit}
        >
          {groups.edit}
        </Button>
      )}
      {may('GroupsController_delete') && group.deleteable && (
        <Button
          variant="default"
          c="var(--bad)"
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() => void remove().catch(refused)}
        >
          {groups.remove}
        </Button>
      )}
    </>
  );
}

import { Button, Tabs } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useSearch } from '@tanstack/react-router';
import { users } from '#texts/users';
import { refused } from '../../confirm/toast.ts';
import { Page } from '../../frame/Page.tsx';
import { mayOf, type Me, useMay } from '../../me/me.ts';
import type { RowAction } from '../../table/columns.ts';
import { MoreActions } from './MoreActions.tsx';
import { UserAccess } from './UserAccess.tsx';
import { UserDetails } from './UserDetails.tsx';
import { UserDevices } from './UserDevices.tsx';
import { Events } from '../../history/Events.tsx';
import { directRoles, inheritedRoles, user as userQuery } from './queries.ts';
import { nameOf, type User } from './user.ts';
import { UserStatus } from './UserStatus.tsx';
import { useUserActions } from './useUserActions.tsx';

const route = getRouteApi('/users/$id');
const { tabs } = users;

export const reads = ({ id }: { id: string }, who: Me) => [
  userQuery(id),
  ...(mayOf(who)('UsersController_findUserRoles') ? [directRoles(id), inheritedRoles(id)] : []),
];

export default function UserPage() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(userQuery(id));
  const user = data.body;
  const may = useMay();
  const navigate = useNavigate();
  const { tab = 'details' } = useSearch({ strict: false }) as { tab?: string };
  const show = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next ?? undefined } as never, replace: true });
  return (
    <Page
      title={nameOf(user)}
      hint={<UserStatus status={user.status} />}
      above={[{ label: users.title, to: '/users' }]}
      actions={<Actions user={user} />}
    >
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{tabs.details}</Tabs.Tab>
          <Tabs.Tab value="devices">{`${tabs.devices} (${user.devices.length})`}</Tabs.Tab>
          {may('AccessController_matrix') && <Tabs.Tab value="access">{tabs.access}</Tabs.Tab>}
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="details">
          <UserDetails key={user.id} user={user} etag={data.etag} />
        </Tabs.Panel>
        <Tabs.Panel value="devices">
          <UserDevices user={user} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <UserAccess id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Actions({ user }: { user: User }) {
  const may = useMay();
  const navigate = useNavigate();
  const [actions, dialog] = useUserActions();
  const run = async (action: RowAction<User>) => {
    const done = await action.run([user]);
    if (done && action.id === 'delete') void navigate({ to: '/users' });
  };
  return (
    <>
      {actions
        .filter(({ needs, applies }) => may(needs) && (applies?.(user) ?? true))
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
        ))}
      <MoreActions user={user} />
      {dialog}
    </>
  );
}

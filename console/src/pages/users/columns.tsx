import { users } from '#texts/users';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import { nameOf, roleOf, type User } from './user.ts';
import { UserStatus } from './UserStatus.tsx';

export const columns: Column<User>[] = [
  { id: 'name', header: users.name, sort: 'firstName', cell: nameOf, csv: nameOf },
  {
    id: 'email',
    header: users.email,
    sort: 'email',
    cell: ({ email }) => email,
    csv: ({ email }) => email,
  },
  {
    id: 'status',
    header: users.status,
    sort: 'status',
    phone: true,
    cell: ({ status }) => <UserStatus status={status} />,
    csv: ({ status }) => users.statuses[status],
  },
  { id: 'groups', header: users.groups, cell: groupNames, csv: groupNames },
  { id: 'role', header: users.role, cell: roleOf, csv: roleOf },
  {
    id: 'devices',
    header: users.devices,
    align: 'end',
    cell: ({ devices }) => devices.length,
    csv: ({ devices }) => devices.length,
  },
  {
    id: 'lastSeen',
    header: users.lastSeen,
    sort: 'lastConnection',
    cell: ({ lastConnection }) => <Time at={lastConnection} />,
    csv: ({ lastConnection }) => lastConnection,
  },
  {
    id: 'created',
    header: users.created,
    sort: 'createdAt',
    optional: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
  {
    id: 'department',
    header: users.department,
    sort: 'department',
    optional: true,
    cell: ({ department }) => department,
    csv: ({ department }) => department,
  },
  {
    id: 'title',
    header: users.jobTitle,
    sort: 'title',
    optional: true,
    cell: ({ title }) => title,
    csv: ({ title }) => title,
  },
];

function groupNames({ groups }: User): string {
  return groups.map(({ name }) => name).join(', ');
}

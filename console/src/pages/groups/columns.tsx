import { Badge } from '@mantine/core';
import { groups } from '#texts/groups';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import classes from './groups.module.css';
import type { Group } from './group.ts';

export const columns: Column<Group>[] = [
  {
    id: 'name',
    header: groups.name,
    sort: 'name',
    cell: ({ name, deleteable }) => (
      <span className={classes['name']}>
        {name}
        {!deleteable && <Badge size="sm">{groups.isDefault}</Badge>}
      </span>
    ),
    csv: ({ name }) => name,
  },
  {
    id: 'description',
    header: groups.description,
    sort: 'description',
    cell: ({ description }) => description,
    csv: ({ description }) => description,
  },
  {
    id: 'members',
    header: groups.members,
    align: 'end',
    phone: true,
    cell: ({ userCount }) => userCount,
    csv: ({ userCount }) => userCount,
  },
  { id: 'roles', header: groups.roles, cell: roleNames, csv: roleNames },
  {
    id: 'maxDevices',
    header: groups.maxDevices,
    sort: 'maxDevices',
    align: 'end',
    cell: ({ maxDevices }) => maxDevices,
    csv: ({ maxDevices }) => maxDevices,
  },
  { id: 'idpMapping', header: groups.idpMapping, cell: mapping, csv: mapping },
  {
    id: 'created',
    header: groups.createdAt,
    sort: 'createdAt',
    optional: true,
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
];

export function roleNames({ roles }: Group): string {
  return roles.map(({ name }) => name).join(', ');
}

export function mapping({ idpMapping }: Group): string {
  return idpMapping.join(', ');
}

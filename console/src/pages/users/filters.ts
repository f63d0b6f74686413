import { useQuery } from '@tanstack/react-query';
import { users } from '#texts/users';
import { useMemo } from 'react';
import { things } from '../../form/things.ts';
import type { Filter } from '../../table/columns.ts';
import { roles } from './queries.ts';

const statuses = Object.entries(users.statuses).map(([value, label]) => ({ value, label }));
const named = (all: { id: string; name: string }[] = []) =>
  all.map(({ id, name }) => ({ value: id, label: name }));

export function useFilters(): Filter[] {
  const ofRoles = useQuery(roles).data?.body;
  return useMemo(
    () => [
      { field: 'status', label: users.status, kind: 'choices', choices: statuses },
      { field: 'groups.id', label: users.groups, kind: 'things', from: things.groups },
      { field: 'roles.id', label: users.role, kind: 'choices', choices: named(ofRoles) },
      { field: 'department', label: users.department, kind: 'text' },
    ],
    [ofRoles],
  );
}

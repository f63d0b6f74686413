import { MultiSelect, Text } from '@mantine/core';
import { useQuery, useSuspenseQueries } from '@tanstack/react-query';
import { users } from '#texts/users';
import { useState } from 'react';
import { patch } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { told } from '../../confirm/toast.ts';
import { FormBody } from '../../form/FormBody.tsx';
import { useForm } from '../../form/useForm.ts';
import { useMay } from '../../me/me.ts';
import { directRoles, inheritedRoles, roles } from './queries.ts';
import type { User } from './user.ts';
import classes from './users.module.css';

type Role = components['schemas']['Role'];

const names = (all: Role[]) => all.map(({ name }) => name).join(', ') || users.noRoles;

/** The roles given to a user directly, and those of their groups, which hold while none is. */
export function Roles({ user }: { user: User }) {
  const may = useMay();
  const [direct, inherited] = useSuspenseQueries({
    queries: [directRoles(user.id), inheritedRoles(user.id)],
  });
  const given = direct.data.body;
  const mayGive = may('UsersController_patchUserRoles') && !user.isOwner;
  return (
    <section className={classes['roles']} aria-label={users.roles}>
      <Text fw={600}>{users.roles}</Text>
      {mayGive ? (
        <GiveRoles id={user.id} given={given} />
      ) : (
        <Held label={users.rolesGiven} all={given} />
      )}
      <Held
        label={given.length > 0 ? users.rolesOverruled : users.rolesInherited}
        all={inherited.data.body}
      />
      {user.isOwner && (
        <Text size="xs" c="dimmed">
          {users.ownerHint}
        </Text>
      )}
    </section>
  );
}

function Held({ label, all }: { label: string; all: Role[] }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="sm">{names(all)}</Text>
    </div>
  );
}

const ids = (all: Role[]) => all.map(({ id }) => id);

function GiveRoles({ id, given }: { id: string; given: Role[] }) {
  const { data } = useQuery(roles);
  // What was seen when choosing began: what others gave since is theirs to take.
  const [seen, setSeen] = useState(ids(given));
  const form = useForm({ roles: seen }, async (values) => {
    const body = {
      addedRoles: values.roles.filter((each) => !seen.includes(each)),
      removedRoles: seen.filter((each) => !values.roles.includes(each)),
    };
    await patch('/tenants/users/{id}/roles', { path: { id }, body });
    setSeen(values.roles);
    void queryClient.invalidateQueries();
    told(users.rolesSaved);
  });
  const grantable = (data?.body ?? given).filter(({ type }) => type !== 'OWNER');
  return (
    <FormBody form={form} action={users.saveRoles}>
      <MultiSelect
        searchable
        label={users.rolesGiven}
        description={users.rolesHint}
        data={grantable.map((role) => ({ value: role.id, label: role.name }))}
        {...form.field('roles')}
      />
    </FormBody>
  );
}

import { ActionIcon, Anchor, NumberInput, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { common } from '#texts/common';
import { users } from '#texts/users';
import { useState } from 'react';
import { put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { read, written } from '../../form/assignments.ts';
import { FormBody } from '../../form/FormBody.tsx';
import { useForm } from '../../form/useForm.ts';
import { Facts } from '../../frame/Facts.tsx';
import { useMay } from '../../me/me.ts';
import { Time } from '../../time/Time.tsx';
import { takeFrom } from '../groups/actions.ts';
import { user as userQuery } from './queries.ts';
import { Roles } from './Roles.tsx';
import { roleOf, type User } from './user.ts';
import classes from './users.module.css';

type Stored = Pick<User, 'firstName' | 'lastName' | 'department' | 'title' | 'maxDevices'>;

interface Editable extends Stored {
  attributes: string;
}

const editable = (user: User): Editable => ({
  firstName: user.firstName,
  lastName: user.lastName,
  department: user.department,
  title: user.title,
  maxDevices: user.maxDevices,
  attributes: written(user.attributes),
});

export function UserDetails({ user, etag }: { user: User; etag: string | null }) {
  const may = useMay();
  return (
    <div className={classes['details']}>
      {may('UsersController_update') ? <Edit user={user} etag={etag} /> : <Said user={user} />}
      <div className={classes['side']}>
        <Facts
          facts={[
            [users.email, user.email],
            [users.role, user.isOwner ? users.owner : roleOf(user)],
            [users.groups, <Groups key="groups" user={user} />],
            [users.lastSeen, <Time key="seen" at={user.lastConnection} />],
            [users.created, <Time key="created" at={user.createdAt} />],
          ]}
        />
        {may('UsersController_findUserRoles') && <Roles user={user} />}
      </div>
    </div>
  );
}

/** What is said of a user, for who may not change it. */
function Said({ user }: { user: User }) {
  return (
    <Facts
      facts={[
        [users.firstName, user.firstName],
        [users.lastName, user.lastName],
        [users.department, user.department],
        [users.jobTitle, user.title],
        [users.maxDevices, user.maxDevices],
        [
          users.attributes,
          <div key="attributes" className={classes['attributes']}>
            {written(user.attributes)}
          </div>,
        ],
      ]}
    />
  );
}

function Groups({ user }: { user: User }) {
  const may = useMay();
  // Nobody leaves their only group.
  const mayTake = user.groups.length > 1 && may('UsersController_removeGroup');
  return user.groups.map(({ id, name }) => (
    <div key={id} className={classes['group']}>
      <Anchor component={Link} to={`/groups/${id}`} size="sm">
        {name}
      </Anchor>
      {mayTake && (
        <ActionIcon
          size="sm"
          aria-label={users.takeFrom(name)}
          title={users.takeFrom(name)}
          onClick={() => void takeFrom(id, [user])}
        >
          <IconX size={14} aria-hidden />
        </ActionIcon>
      )}
    </div>
  ));
}

function Edit({ user, etag }: { user: User; etag: string | null }) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(etag);
  const { id } = user;
  const form = useForm(editable(user), async (values, { overwrite, ignorePolicyTests }) => {
    const answer = await put('/tenants/users/{id}', {
      path: { id },
      body: bodyOf(values),
      ifMatch: overwrite ? null : tag,
      ignorePolicyTests,
    });
    setTag(answer.etag);
    void queryClient.invalidateQueries();
    told(common.saved);
  });
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...userQuery(id), staleTime: 0 });
    setTag(now.etag);
    form.reset(editable(now.body));
  };
  return (
    <FormBody form={form} reload={() => void reload()}>
      <SimpleGrid cols={2} spacing="md">
        <TextInput label={users.firstName} {...form.text('firstName')} />
        <TextInput label={users.lastName} {...form.text('lastName')} />
        <TextInput label={users.department} {...form.text('department')} />
        <TextInput label={users.jobTitle} {...form.text('title')} />
        <NumberInput
          label={users.maxDevices}
          description={users.maxDevicesHint}
          allowDecimal={false}
          value={form.values.maxDevices ?? ''}
          error={form.errorAt('/maxDevices')}
          onChange={(value) => form.set('maxDevices', value === '' ? null : Number(value))}
        />
      </SimpleGrid>
      <Textarea
        label={users.attributes}
        description={users.attributesHint}
        placeholder={users.attributesPlaceholder}
        autosize
        minRows={2}
        spellCheck={false}
        {...form.text('attributes')}
      />
    </FormBody>
  );
}

function bodyOf({ attributes: lines, ...stored }: Editable) {
  const attributes = read(lines);
  if (typeof attributes === 'number') throw new Error(users.attributesWrong(attributes));
  const entries = Object.entries(stored).map(([name, value]) => [
    name,
    value === '' ? null : value,
  ]);
  return { ...(Object.fromEntries(entries) as Stored), attributes };
}

import { MultiSelect, NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { common } from '#texts/common';
import { groups } from '#texts/groups';
import { useState } from 'react';
import { post, put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { type Attempt, type Form, useForm } from '../../form/useForm.ts';
import { withoutUsers } from '../../form/things.ts';
import type { Group } from './group.ts';
import { group as groupQuery, roles } from './queries.ts';

interface Editable {
  name: string;
  description: string | null;
  roles: string[];
  maxDevices: number;
  idpMapping: string[];
}

const blank: Editable = { name: '', description: null, roles: [], maxDevices: 5, idpMapping: [] };

const editable = (group: Group): Editable => ({
  name: group.name,
  description: group.description,
  roles: group.roles.map(({ id }) => id),
  maxDevices: group.maxDevices,
  idpMapping: group.idpMapping,
});

const body = (values: Editable) => ({ ...values, description: values.description || null });

interface CreateProps {
  onClose: () => void;
  onMade: (id: string) => void;
}

export function CreateGroup({ onClose, onMade }: CreateProps) {
  const form = useForm(blank, async (values, { idempotencyKey }) => {
    const made = await post('/tenants/groups', { body: body(values), idempotencyKey });
    told(groups.created(values.name));
    void queryClient.invalidateQueries();
    onMade(made.body.id);
  });
  return (
    <FormDrawer title={groups.create} form={form} action={groups.createAction} onClose={onClose}>
      <Inputs form={form} />
    </FormDrawer>
  );
}

interface EditProps {
  group: Group;
  etag: string | null;
  onClose: () => void;
}

export function EditGroup({ group, etag, onClose }: EditProps) {
  const { id } = group;
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(etag);
  const save = async (values: Editable, { overwrite, ignorePolicyTests }: Attempt) => {
    await put('/tenants/groups/{id}', {
      path: { id },
      query: new URLSearchParams(withoutUsers),
      body: body(values),
      ifMatch: overwrite ? null : tag,
      ignorePolicyTests,
    });
    void queryClient.invalidateQueries();
    told(common.saved);
    onClose();
  };
  const form = useForm(editable(group), save);
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...groupQuery(id), staleTime: 0 });
    setTag(now.etag);
    form.reset(editable(now.body));
  };
  return (
    <FormDrawer title={groups.editTitle} form={form} reload={() => void reload()} onClose={onClose}>
      <Inputs form={form} />
    </FormDrawer>
  );
}

function Inputs({ form }: { form: Form<Editable> }) {
  const { data } = useQuery(roles);
  const grantable = data?.body.filter(({ type }) => type !== 'OWNER') ?? [];
  const ofRoles = form.values.roles.map((_, place) => form.errorAt(`/roles/${place}`));
  const ofNames = form.values.idpMapping.map((_, place) => form.errorAt(`/idpMapping/${place}`));
  return (
    <>
      <TextInput data-autofocus required label={groups.name} {...form.text('name')} />
      <Textarea
        label={groups.description}
        description={groups.descriptionHint}
        autosize
        minRows={2}
        {...form.text('description')}
      />
      <MultiSelect
        searchable
        label={groups.roles}
        description={groups.rolesHint}
        data={grantable.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.field('roles')}
        error={form.errorAt('/roles') ?? ofRoles.find(Boolean)}
      />
      <NumberInput
        label={groups.maxDevices}
        description={groups.maxDevicesHint}
        allowDecimal={false}
        min={0}
        max={1000}
        value={form.values.maxDevices}
        error={form.errorAt('/maxDevices')}
        onChange={(value) => form.set('maxDevices', Number(value))}
      />
      <TagsInput
        label={groups.idpMapping}
        description={groups.idpMappingHint}
        {...form.field('idpMapping')}
        error={form.errorAt('/idpMapping') ?? ofNames.find(Boolean)}
      />
    </>
  );
}

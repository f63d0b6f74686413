import { Alert, Select, Text, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { apiKeys } from '#texts/api-keys';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { linesOf } from '../../form/lines.ts';
import { type Form, useForm } from '../../form/useForm.ts';
import { useMe } from '../../me/me.ts';
import { notAbove, type Role } from '../../me/roles.ts';
import { type Expiry, expiresAt } from './expiry.ts';
import type { ApiKey } from './queries.ts';

interface Wanted {
  name: string;
  role: Role;
  expiry: Expiry;
  lastDay: string;
  sources: string;
}

interface CreateDrawerProps {
  onMade: (made: ApiKey) => void;
  onClose: () => void;
}

const expiries = Object.entries(apiKeys.expiries).map(([value, label]) => ({ value, label }));

export function CreateDrawer({ onMade, onClose }: CreateDrawerProps) {
  const roles = notAbove(useMe().role);
  const role = roles.find((each) => each === 'AUDITOR') ?? roles[0] ?? 'BASIC';
  const blank: Wanted = { name: '', role, expiry: '90', lastDay: '', sources: '' };
  const form = useForm(blank, async (values, { idempotencyKey }) => {
    if (values.expiry === 'date' && !values.lastDay) throw new Error(apiKeys.lastDayMissing);
    const { body } = await post('/tenants/api-keys', {
      body: {
        name: values.name,
        role: values.role,
        expiresAt: expiresAt(values.expiry, values.lastDay),
        allowedSources: linesOf(values.sources).map(({ text }) => text),
      },
      idempotencyKey,
    });
    void queryClient.invalidateQueries();
    onMade(body);
    onClose();
  });
  return (
    <FormDrawer title={apiKeys.create} form={form} action={apiKeys.create} onClose={onClose}>
      <TextInput
        data-autofocus
        label={apiKeys.name}
        description={apiKeys.nameHint}
        placeholder={apiKeys.namePlaceholder}
        maxLength={100}
        {...form.text('name')}
      />
      <Select
        label={apiKeys.role}
        description={apiKeys.roleHint}
        data={roles.map((value) => ({ value, label: apiKeys.roles[value] }))}
        renderOption={({ option }) => <RoleOption role={option.value as Role} />}
        allowDeselect={false}
        value={form.values.role}
        error={form.errorAt('/role')}
        onChange={(next) => next && form.set('role', next)}
      />
      <ExpiryInputs form={form} />
      <SourcesInput form={form} />
    </FormDrawer>
  );
}

function RoleOption({ role }: { role: Role }) {
  return (
    <div>
      {apiKeys.roles[role]}
      <Text size="xs" c="dimmed">
        {apiKeys.roleMeanings[role]}
      </Text>
    </div>
  );
}

function ExpiryInputs({ form }: { form: Form<Wanted> }) {
  const { expiry } = form.values;
  const error = form.errorAt('/expiresAt');
  return (
    <>
      <Select
        label={apiKeys.expiry}
        data={expiries}
        allowDeselect={false}
        value={expiry}
        error={expiry !== 'date' && error}
        onChange={(next) => next && form.set('expiry', next as Expiry)}
      />
      {expiry === 'date' && (
        <TextInput type="date" label={apiKeys.lastDay} {...form.text('lastDay')} error={error} />
      )}
      {expiry === 'never' && (
        <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>
          {apiKeys.neverHint}
        </Alert>
      )}
    </>
  );
}

function SourcesInput({ form }: { form: Form<Wanted> }) {
  const wrong = linesOf(form.values.sources).flatMap(({ line, text }, place) => {
    const detail = form.errorAt(`/allowedSources/${place}`);
    return detail ? [apiKeys.line(line, text, detail)] : [];
  });
  const whole = form.errorAt('/allowedSources');
  return (
    <Textarea
      label={apiKeys.sources}
      description={apiKeys.sourcesHint}
      placeholder={apiKeys.sourcesPlaceholder}
      autosize
      minRows={3}
      maxRows={10}
      spellCheck={false}
      {...form.text('sources')}
      error={wrong.length > 0 ? wrong.map((each) => <div key={each}>{each}</div>) : whole}
    />
  );
}

import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { policyTests } from '#texts/policy-tests';
import { post, put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { read, written } from '../../form/assignments.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { linesOf } from '../../form/lines.ts';
import { Picker } from '../../form/Picker.tsx';
import { type Thing, things } from '../../form/things.ts';
import { type Attempt, type Form, useForm } from '../../form/useForm.ts';
import type { PolicyTest } from './queries.ts';

interface Wanted {
  name: string;
  description: string;
  expect: 'NEVER' | 'ALWAYS';
  allUsers: boolean;
  groups: Thing[];
  users: Thing[];
  resources: Thing[];
  protocol: 'TCP' | 'UDP' | 'ICMP' | '';
  port: string;
  given: string;
  times: string;
}

const blank: Wanted = {
  name: '',
  description: '',
  expect: 'NEVER',
  allUsers: false,
  groups: [],
  users: [],
  resources: [],
  protocol: '',
  port: '',
  given: '',
  times: '',
};

const wantedOf = (test: PolicyTest): Wanted => ({
  name: test.name,
  description: test.description ?? '',
  expect: test.expect,
  allUsers: test.allUsers,
  groups: test.groups,
  users: test.users.map(({ id, email }) => ({ id, name: email })),
  resources: test.resources,
  protocol: test.protocol ?? '',
  port: test.port ?? '',
  given: written(test.given),
  times: test.times.join('\n'),
});

const ids = (picked: Thing[]) => picked.map(({ id }) => id);

function body(values: Wanted) {
  const given = read(values.given);
  if (typeof given === 'number') throw new Error(policyTests.givenWrong(given));
  return {
    name: values.name,
    description: values.description || null,
    expect: values.expect,
    allUsers: values.allUsers,
    groups: values.allUsers ? [] : ids(values.groups),
    users: values.allUsers ? [] : ids(values.users),
    resources: ids(values.resources),
    protocol: values.protocol || null,
    port: values.port || null,
    given,
    times: linesOf(values.times).map(({ text }) => text),
  };
}

interface DrawerProps {
  /** What to change; null: make a new one. */
  test: PolicyTest | null;
  etag?: string | null;
  onClose: () => void;
}

export function TestDrawer({ test, etag = null, onClose }: DrawerProps) {
  const send = async (
    values: Wanted,
    { overwrite, idempotencyKey, ignorePolicyTests }: Attempt,
  ) => {
    const made = { body: body(values), ignorePolicyTests };
    await (test
      ? put('/tenants/policy-tests/{id}', {
          ...made,
          path: { id: test.id },
          ifMatch: overwrite ? null : etag,
        })
      : post('/tenants/policy-tests', { ...made, idempotencyKey }));
    told(test ? policyTests.saved : policyTests.created(values.name));
    void queryClient.invalidateQueries();
    onClose();
  };
  const form = useForm(test ? wantedOf(test) : blank, send);
  return (
    <FormDrawer
      title={test ? policyTests.editTitle : policyTests.add}
      form={form}
      action={test ? policyTests.save : policyTests.create}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={policyTests.name}
        placeholder={policyTests.namePlaceholder}
        maxLength={100}
        {...form.text('name')}
      />
      <Textarea label={policyTests.description} autosize {...form.text('description')} />
      <Who form={form} />
      <What form={form} />
      {form.values.expect === 'ALWAYS' && <Circumstances form={form} />}
    </FormDrawer>
  );
}

function Who({ form }: { form: Form<Wanted> }) {
  const { allUsers, groups, users } = form.values;
  return (
    <>
      <Checkbox
        label={policyTests.everybody}
        checked={allUsers}
        onChange={({ currentTarget }) => form.set('allUsers', currentTarget.checked)}
      />
      {!allUsers && (
        <>
          <Picker
            from={things.groups}
            label={policyTests.groups}
            description={policyTests.whoHint}
            error={form.errorAt('/groups')}
            value={groups}
            onChange={(next) => form.set('groups', next)}
          />
          <Picker
            from={things.users}
            label={policyTests.users}
            error={form.errorAt('/users')}
            value={users}
            onChange={(next) => form.set('users', next)}
          />
        </>
      )}
    </>
  );
}

const expectations = Object.entries(policyTests.expects).map(([value, label]) => ({
  value,
  label,
}));
const protocols = [
  { value: '', label: policyTests.anyProtocol },
  ...['TCP', 'UDP', 'ICMP'].map((value) => ({ value, label: value })),
];

function What({ form }: { form: Form<Wanted> }) {
  const { expect, resources, protocol } = form.values;
  return (
    <>
      <Select
        label={policyTests.expect}
        description={policyTests.expectHints[expect]}
        data={expectations}
        allowDeselect={false}
        error={form.errorAt('/expect')}
        value={expect}
        onChange={(next) => next && form.set('expect', next as Wanted['expect'])}
      />
      <Picker
        from={things.resources}
        label={policyTests.resources}
        error={form.errorAt('/resources')}
        value={resources}
        onChange={(next) => form.set('resources', next)}
      />
      <Select
        label={policyTests.protocol}
        data={protocols}
        allowDeselect={false}
        error={form.errorAt('/protocol')}
        value={protocol}
        onChange={(next) => form.set('protocol', (next ?? '') as Wanted['protocol'])}
      />
      {(protocol === 'TCP' || protocol === 'UDP') && (
        <TextInput
          label={policyTests.port}
          description={policyTests.portHint}
          {...form.text('port')}
        />
      )}
    </>
  );
}

function Circumstances({ form }: { form: Form<Wanted> }) {
  return (
    <>
      <Textarea
        label={policyTests.given}
        description={policyTests.givenHint}
        autosize
        minRows={2}
        spellCheck={false}
        {...form.text('given')}
      />
      <Textarea
        label={policyTests.times}
        description={policyTests.timesHint}
        autosize
        minRows={2}
        spellCheck={false}
        {...form.text('times')}
      />
    </>
  );
}

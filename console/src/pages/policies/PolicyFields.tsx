import {
  Fieldset,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { policies } from '#texts/policies';
import type { ListOf } from '../../api/query.ts';
import { Picker } from '../../form/Picker.tsx';
import { type Noun, resourcesOf, type Thing, things } from '../../form/things.ts';
import type { Form } from '../../form/useForm.ts';
import type { PolicyType } from './policy.ts';
import classes from './policies.module.css';
import type { PolicyValues, Rule } from './values.ts';

interface FieldsProps {
  form: Form<PolicyValues>;
  type: PolicyType;
  rules: Rule[];
}

interface PolicyFieldsProps extends FieldsProps {
  /** Where it will stand. */
  hint?: string;
  /** The policy that stands last: whom and what it is about is fixed. */
  isDefault?: boolean;
}

/** The inputs of a policy. */
export function PolicyFields({ hint, isDefault = false, ...props }: PolicyFieldsProps) {
  const { form, type } = props;
  return (
    <Stack gap="md">
      {hint && (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      )}
      <TextInput data-autofocus label={policies.nameField} {...form.text('name')} />
      <Effect form={form} />
      {type === 'INTERNET' && <Mode form={form} />}
      {!isDefault && <Who {...props} />}
      {!isDefault && <What {...props} />}
      {!isDefault && <When {...props} />}
      <Textarea label={policies.description} autosize minRows={2} {...form.text('description')} />
    </Stack>
  );
}

function Effect({ form }: { form: Form<PolicyValues> }) {
  return (
    <SegmentedControl
      fullWidth
      aria-label={policies.action}
      value={form.values.action ? 'allow' : 'deny'}
      onChange={(value) => form.set('action', value === 'allow')}
      data={[
        { value: 'allow', label: policies.allow },
        { value: 'deny', label: policies.deny },
      ]}
    />
  );
}

function Mode({ form }: { form: Form<PolicyValues> }) {
  const modes = Object.entries(policies.modes) as [keyof typeof policies.modes, string][];
  return (
    <Select
      label={policies.mode}
      allowDeselect={false}
      data={modes.map(([value, label]) => ({
        value,
        label: `${label}: ${policies.modeHints[value]}`,
      }))}
      value={form.values.mode}
      error={form.errorAt('/mode')}
      onChange={(mode) => form.set('mode', mode as PolicyValues['mode'])}
    />
  );
}

function Who({ form }: FieldsProps) {
  return (
    <Fieldset legend={policies.who} className={classes['fields']}>
      <Named form={form} field="groups" all="allGroups" />
      <Named form={form} field="users" all="allUsers" />
      <Named form={form} field="devices" all="allDevices" />
      <TextInput
        label={policies.sourceIps}
        description={policies.sourceIpsHint}
        {...form.text('sourceIps')}
        error={firstError(form, 'sourceIps', 100)}
      />
    </Fieldset>
  );
}

const resources = {
  PRIVATE: resourcesOf('PRIVATE'),
  SITETOSITE: resourcesOf('PRIVATE'),
  SAAS: resourcesOf('SAAS'),
  INTERNET: resourcesOf('INTERNET'),
};

function What({ form, type }: FieldsProps) {
  return (
    <Fieldset legend={policies.what} className={classes['fields']}>
      <Named form={form} field="resources" all="allResources" from={resources[type]} />
      {type !== 'PRIVATE' && (
        <Picker
          from={things.gateways}
          label={policies.gateways}
          description={policies.gatewaysHint}
          placeholder={policies.pick(policies.gateways)}
          value={form.values.gateways}
          error={firstError(form, 'gateways', form.values.gateways.length)}
          onChange={(gateways) => form.set('gateways', gateways)}
        />
      )}
    </Fieldset>
  );
}

function When({ form, rules }: FieldsProps) {
  const { action, rule } = form.values;
  const unrestricted = rules.find(({ type }) => type === 'ALLOW')?.id ?? null;
  return (
    <Fieldset legend={policies.when} className={classes['fields']}>
      <Select
        searchable
        allowDeselect={false}
        label={policies.admission}
        description={action ? policies.ruleHint : policies.noRuleHint}
        disabled={!action}
        data={rules.map(({ id, name }) => ({ value: id, label: name }))}
        value={action && rule ? rule : unrestricted}
        error={form.errorAt('/rule')}
        onChange={(id) => form.set('rule', id ?? '')}
      />
    </Fieldset>
  );
}

type Named = 'groups' | 'users' | 'devices' | 'resources';
type All = 'allGroups' | 'allUsers' | 'allDevices' | 'allResources';

const alls: Record<All, string> = {
  allGroups: policies.allGroups,
  allUsers: policies.allUsers,
  allDevices: policies.allDevices,
  allResources: policies.everything,
};

interface NamedProps {
  form: Form<PolicyValues>;
  field: Named & Noun;
  all: All;
  from?: ListOf<Thing>;
}

/** Things by name, or all of their kind. */
function Named({ form, field, all, from = things[field] }: NamedProps) {
  const label = policies[field];
  return (
    <div className={classes['named']}>
      <Switch
        size="xs"
        label={alls[all]}
        checked={form.values[all]}
        onChange={({ currentTarget }) => form.set(all, currentTarget.checked)}
      />
      <Picker
        from={from}
        label={label}
        placeholder={policies.pick(label)}
        disabled={form.values[all]}
        value={form.values[field]}
        error={firstError(form, field, form.values[field].length)}
        onChange={(next) => form.set(field, next)}
      />
    </div>
  );
}

/** What was said of a list or of any of its items. */
function firstError(form: Form<PolicyValues>, field: string, count: number): string | undefined {
  const ofItems = Array.from({ length: count }, (_, place) => form.errorAt(`/${field}/${place}`));
  return form.errorAt(`/${field}`) ?? ofItems.find(Boolean);
}

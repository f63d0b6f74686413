import {
  Checkbox,
  Chip,
  Fieldset,
  Group,
  MultiSelect,
  NumberInput,
  SimpleGrid,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { rules } from '#texts/rules';
import { useMemo } from 'react';
import { countries } from './countries.ts';
import classes from './rules.module.css';
import type { Location, Posture, Time, WholeForm } from './values.ts';

interface PartProps<T> {
  value: T;
  onChange: (value: T) => void;
  errorAt: (pointer: string) => string | undefined;
}

/** A rule as a form: where, when, and in which state a device is. */
export function RuleForm({ value, onChange, errorAt }: PartProps<WholeForm>) {
  return (
    <>
      <Where
        value={value.location}
        errorAt={errorAt}
        onChange={(location) => onChange({ ...value, location })}
      />
      <When
        value={value.time}
        errorAt={errorAt}
        onChange={(time) => onChange({ ...value, time })}
      />
      <InState
        value={value.posture}
        errorAt={errorAt}
        onChange={(posture) => onChange({ ...value, posture })}
      />
    </>
  );
}

function Where({ value, onChange, errorAt }: PartProps<Location>) {
  const choices = useMemo(() => countries(), []);
  const networks = (place: 'networks' | 'excludedNetworks') => (
    <TagsInput
      label={rules[place]}
      placeholder={value[place].length === 0 ? rules.anyNetwork : ''}
      splitChars={[',', ' ']}
      acceptValueOnBlur
      value={value[place]}
      error={firstError(errorAt, `/form/location/${place}`, value[place].length)}
      onChange={(next) => onChange({ ...value, [place]: next })}
    />
  );
  const among = (place: 'countries' | 'excludedCountries') => (
    <MultiSelect
      searchable
      limit={40}
      hidePickedOptions
      label={rules[place]}
      placeholder={value[place].length === 0 ? rules.anyCountry : ''}
      data={choices}
      value={value[place]}
      error={firstError(errorAt, `/form/location/${place}`, value[place].length)}
      onChange={(next) => onChange({ ...value, [place]: next })}
    />
  );
  return (
    <Fieldset legend={rules.location} className={classes['fields']}>
      <p data-dimmed>{rules.locationHint}</p>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {networks('networks')}
        {networks('excludedNetworks')}
        {among('countries')}
        {among('excludedCountries')}
      </SimpleGrid>
    </Fieldset>
  );
}

type Day = keyof typeof rules.days;

function When({ value, onChange, errorAt }: PartProps<Time>) {
  const days = Object.entries(rules.days) as [Day, string][];
  const text = (name: 'start' | 'end' | 'zone') => ({
    value: value[name] ?? '',
    error: errorAt(`/form/time/${name}`),
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onChange({ ...value, [name]: currentTarget.value || null }),
  });
  return (
    <Fieldset legend={rules.time} className={classes['fields']}>
      <Chip.Group
        multiple
        value={value.weekdays}
        onChange={(weekdays) =>
          onChange({ ...value, weekdays: days.map(([d]) => d).filter((d) => weekdays.includes(d)) })
        }
      >
        <Group gap={6} role="group" aria-label={rules.weekdays}>
          {days.map(([day, label]) => (
            <Chip key={day} value={day} size="xs" variant="outline" radius="sm">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <TextInput type="time" label={rules.start} {...text('start')} />
        <TextInput type="time" label={rules.end} {...text('end')} />
        <TextInput
          label={rules.zone}
          placeholder="Europe/Berlin"
          title={rules.zoneHint}
          {...text('zone')}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

type Signal = keyof typeof rules.signalNames;
type Family = keyof typeof rules.families;

function InState({ value, onChange, errorAt }: PartProps<Posture>) {
  const signals = Object.entries(rules.signalNames) as [Signal, string][];
  return (
    <Fieldset legend={rules.posture} className={classes['fields']}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" role="group" aria-label={rules.signals}>
        {signals.map(([signal, label]) => (
          <Checkbox
            key={signal}
            label={label}
            checked={value.signals.includes(signal)}
            onChange={() => onChange({ ...value, signals: toggled(value.signals, signal) })}
          />
        ))}
        <Checkbox
          label={rules.owned}
          checked={value.owned}
          onChange={({ currentTarget }) => onChange({ ...value, owned: currentTarget.checked })}
        />
      </SimpleGrid>
      <Systems value={value} onChange={onChange} errorAt={errorAt} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={rules.clientMinimum}
          value={value.clientMinimum ?? ''}
          error={errorAt('/form/posture/clientMinimum')}
          onChange={({ currentTarget }) =>
            onChange({ ...value, clientMinimum: currentTarget.value || null })
          }
        />
        <NumberInput
          label={rules.lastCheck}
          allowDecimal={false}
          min={1}
          value={value.lastCheck ?? ''}
          error={errorAt('/form/posture/lastCheck')}
          onChange={(next) => onChange({ ...value, lastCheck: next === '' ? null : Number(next) })}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function Systems({ value, onChange, errorAt }: PartProps<Posture>) {
  const families = Object.entries(rules.families) as [Family, string][];
  const { systems } = value;
  const held = (family: Family) => systems.find((each) => each.family === family);
  const without = (family: Family) => systems.filter((each) => each.family !== family);
  return (
    <div className={classes['systems']}>
      <p data-dimmed>{rules.systemsHint}</p>
      {families.map(([family, label]) => {
        const system = held(family);
        return (
          <div key={family}>
            <Checkbox
              label={label}
              checked={system !== undefined}
              onChange={({ currentTarget }) =>
                onChange({
                  ...value,
                  systems: currentTarget.checked
                    ? [...systems, { family, minimum: null }]
                    : without(family),
                })
              }
            />
            <TextInput
              aria-label={rules.minimum(label)}
              placeholder={rules.minimum(label)}
              disabled={!system}
              value={system?.minimum ?? ''}
              error={system && errorAt(`/form/posture/systems/${systems.indexOf(system)}/minimum`)}
              onChange={({ currentTarget: { value: minimum } }) =>
                onChange({
                  ...value,
                  systems: systems.map((each) =>
                    each.family === family ? { family, minimum: minimum || null } : each,
                  ),
                })
              }
            />
          </div>
        );
      })}
    </div>
  );
}

function toggled<T>(list: T[], one: T): T[] {
  return list.includes(one) ? list.filter((each) => each !== one) : [...list, one];
}

function firstError(errorAt: (pointer: string) => string | undefined, at: string, count: number) {
  const each = Array.from({ length: count }, (_, place) => errorAt(`${at}/${place}`));
  return errorAt(at) ?? each.find(Boolean);
}

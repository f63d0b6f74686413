import type { components } from '../../api/schema.d.ts';
import type { Checkable, Form, Rule } from './queries.ts';

type Schemas = components['schemas'];

export type Location = Required<Schemas['Location']>;
export type Time = Required<Schemas['Time']>;
export type Posture = Required<Schemas['Posture']>;

/** A form of which every part is there; parts that ask for nothing are empty. */
export interface WholeForm {
  location: Location;
  time: Time;
  posture: Posture;
}

export type Mode = 'form' | 'cel';

export interface RuleValues {
  name: string;
  rule: string;
  form: WholeForm;
}

const nowhere: Location = {
  networks: [],
  countries: [],
  excludedNetworks: [],
  excludedCountries: [],
};
const never: Time = { weekdays: [], start: null, end: null, zone: null };
const nothing: Posture = {
  signals: [],
  systems: [],
  clientMinimum: null,
  owned: false,
  lastCheck: null,
};

export function whole(form: Form | null): WholeForm {
  return {
    location: { ...nowhere, ...form?.location },
    time: { ...never, ...form?.time },
    posture: { ...nothing, ...form?.posture },
  };
}

export function valuesOf(rule: Rule | null): RuleValues {
  return { name: rule?.name ?? '', rule: rule?.rule ?? '', form: whole(rule?.form ?? null) };
}

/** How a rule is shown first: as a form, where it has that shape. */
export function modeOf(rule: Rule | null): Mode {
  return rule && !rule.form ? 'cel' : 'form';
}

/** The rule as it is being written: text or form, never both. */
export function written(mode: Mode, { rule, form }: RuleValues): Checkable {
  return mode === 'form' ? { form } : { rule };
}

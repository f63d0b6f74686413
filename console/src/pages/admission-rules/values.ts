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

export interface RuleValues {
  name: string;
  mode: 'form' | 'cel';
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
  if (!rule) return { name: '', mode: 'form', rule: '', form: whole(null) };
  const { name, rule: text, form } = rule;
  return { name, mode: form ? 'form' : 'cel', rule: text, form: whole(form) };
}

/** The rule as it is being written: text or form, never both. */
export function written({ mode, rule, form }: RuleValues): Checkable {
  return mode === 'form' ? { form } : { rule };
}

import { queryOptions } from '@tanstack/react-query';
import type { ListQuery } from '../../api/list.ts';
import { post } from '../../api/call.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { localPage } from '../../table/local.ts';

type Schemas = components['schemas'];

export type Rule = Schemas['AdmissionRule'];
export type Checked = Schemas['CheckedRule'];
export type Language = Schemas['RuleLanguage'];
export type Form = Schemas['Form'];

const reading = {
  text: ({ name, rule }: Rule) => `${name}\n${rule}`,
  fields: {
    name: ({ name }: Rule) => name,
    type: ({ type }: Rule) => type,
    updatedAt: ({ updatedAt }: Rule) => updatedAt,
  },
};

export const ruleList = (list: ListQuery) => ({
  ...query('/tenants/admission-rules'),
  select: ({ body }: { body: Rule[] }) => localPage(body, list, reading),
});

export const rule = (id: string) => query('/tenants/admission-rules/{id}', { path: { id } });

export const language = query('/tenants/admission-rules/language');

/** A rule as text or as a form, and a device to try it on. */
export type Checkable = Schemas['CheckAdmissionRule'];

export const checked = (body: Checkable) =>
  queryOptions<Checked>({
    queryKey: ['/tenants/admission-rules/check', JSON.stringify(body)],
    queryFn: async () => (await post('/tenants/admission-rules/check', { body })).body,
  });

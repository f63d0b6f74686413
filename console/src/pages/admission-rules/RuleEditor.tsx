import { SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { common } from '#texts/common';
import { rules } from '#texts/rules';
import { lazy, Suspense, useState } from 'react';
import { post, put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { refused, told } from '../../confirm/toast.ts';
import { FormBody } from '../../form/FormBody.tsx';
import type { Thing } from '../../form/things.ts';
import { useForm } from '../../form/useForm.ts';
import { rulePath } from '../policies/policy.ts';
import { CheckPanel } from './CheckPanel.tsx';
import { type Checked, checked, language, type Rule, rule as ruleQuery } from './queries.ts';
import { RuleForm } from './RuleForm.tsx';
import classes from './rules.module.css';
import { type RuleValues, valuesOf, whole, written } from './values.ts';

// Large, and needed only here.
const CelEditor = lazy(() => import('./CelEditor.tsx'));

interface RuleEditorProps {
  /** Null: a new one. */
  rule: Rule | null;
  etag: string | null;
}

/** A rule as a form or as an expression, checked as it is written. */
export function RuleEditor({ rule, etag }: RuleEditorProps) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(etag);
  const [device, setDevice] = useState<Thing | null>(null);
  const navigate = useNavigate();
  const form = useForm<RuleValues>(valuesOf(rule), async (values, attempt) => {
    const { hasTimeConstraint } = await queryClient.fetchQuery(checked(written(values)));
    const body = {
      name: values.name,
      hasTimeConstraint: hasTimeConstraint ?? false,
      ...written(values),
    };
    const { ignorePolicyTests, idempotencyKey, overwrite } = attempt;
    if (!rule) {
      const made = await post('/tenants/admission-rules', {
        body,
        ignorePolicyTests,
        idempotencyKey,
      });
      told(rules.created(values.name));
      void queryClient.invalidateQueries();
      setTimeout(() => void navigate({ to: rulePath(made.body.id) }));
      return;
    }
    const path = { id: rule.id };
    const ifMatch = overwrite ? null : tag;
    const answer = await put('/tenants/admission-rules/{id}', {
      path,
      body,
      ifMatch,
      ignorePolicyTests,
    });
    setTag(answer.etag);
    void queryClient.invalidateQueries();
    told(common.saved);
  });
  const check = useCheck(form.values, device);
  const reload = async () => {
    if (!rule) return;
    const now = await queryClient.fetchQuery({ ...ruleQuery(rule.id), staleTime: 0 });
    setTag(now.etag);
    form.reset(valuesOf(now.body));
  };
  const switchTo = async (mode: RuleValues['mode']) => {
    try {
      const now = await queryClient.fetchQuery(checked(written(form.values)));
      if (mode === 'cel') form.set('rule', now.rule);
      else if (form.values.rule.trim() === '' || now.form) form.set('form', whole(now.form));
      else return refused(new Error(rules.noForm));
      form.set('mode', mode);
    } catch (error) {
      refused(error);
    }
    return undefined;
  };
  const isCel = form.values.mode === 'cel';
  return (
    <div className={classes['editor']}>
      <FormBody
        form={form}
        action={rule ? common.save : rules.create}
        always={!rule}
        reload={() => void reload()}
      >
        <TextInput label={rules.name} {...form.text('name')} />
        <SegmentedControl
          aria-label={rules.mode}
          value={form.values.mode}
          onChange={(mode) => void switchTo(mode as RuleValues['mode'])}
          data={[
            { value: 'form', label: rules.form },
            { value: 'cel', label: rules.cel },
          ]}
        />
        {isCel ? (
          <Expression
            value={form.values.rule}
            check={check}
            refusal={form.errorAt('/rule')}
            onChange={(text) => form.set('rule', text)}
          />
        ) : (
          <RuleForm
            value={form.values.form}
            onChange={(next) => form.set('form', next)}
            errorAt={form.errorAt}
          />
        )}
      </FormBody>
      <CheckPanel check={check} device={device} isCel={isCel} onDevice={setDevice} />
    </div>
  );
}

/** What the API says of the rule as it is written, a moment behind the keys. */
function useCheck(values: RuleValues, device: Thing | null): Checked | undefined {
  const [settled] = useDebouncedValue(JSON.stringify(written(values)), 250);
  const body = { ...(JSON.parse(settled) as object), deviceId: device?.id ?? null };
  const { data } = useQuery({ ...checked(body), placeholderData: keepPreviousData });
  return data;
}

interface ExpressionProps {
  value: string;
  check: Checked | undefined;
  refusal: string | undefined;
  onChange: (text: string) => void;
}

function Expression({ value, check, refusal, onChange }: ExpressionProps) {
  const { data } = useQuery(language);
  // A check that is behind points at another text.
  const fault = check?.rule === value && value.trim() !== '' ? check.error : null;
  return (
    <div>
      <Suspense fallback={<Skeleton height={128} />}>
        {data && <CelEditor value={value} language={data.body} fault={fault} onChange={onChange} />}
      </Suspense>
      <p className={classes['verdict']} data-wrong={Boolean(fault ?? refusal)} role="status">
        {verdict(fault) ?? refusal ?? rules.editorHint}
      </p>
    </div>
  );
}

function verdict(fault: Checked['error']): string | null {
  return fault && rules.fault(fault.line, fault.column, fault.detail);
}

import { SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { common } from '#texts/common';
import { rules } from '#texts/rules';
import { useState } from 'react';
import { queryClient } from '../../api/query.ts';
import { refused, told } from '../../confirm/toast.ts';
import { FormBody } from '../../form/FormBody.tsx';
import type { Thing } from '../../form/things.ts';
import { type Attempt, useForm } from '../../form/useForm.ts';
import { rulePath } from '../policies/policy.ts';
import { CheckPanel } from './CheckPanel.tsx';
import { Expression } from './Expression.tsx';
import { checked, type Rule, rule as ruleQuery } from './queries.ts';
import { RuleForm } from './RuleForm.tsx';
import classes from './rules.module.css';
import { create, update } from './saving.ts';
import { useCheck } from './useCheck.ts';
import { type Mode, modeOf, type RuleValues, valuesOf, whole, written } from './values.ts';

/** A rule that there is not yet. */
export function NewRule() {
  const navigate = useNavigate();
  const make = async (mode: Mode, values: RuleValues, attempt: Attempt) => {
    const made = await create({ name: values.name, ...written(mode, values) }, attempt);
    told(rules.created(values.name));
    void queryClient.invalidateQueries();
    await navigate({ to: rulePath(made.body.id), ignoreBlocker: true });
  };
  return <RuleEditor rule={null} save={make} />;
}

/** A rule that is changed. */
export function EditRule({ rule, etag }: { rule: Rule; etag: string | null }) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [read, setRead] = useState({ rule, etag, times: 0 });
  const change = async (mode: Mode, values: RuleValues, attempt: Attempt) => {
    const wanted = { name: values.name, ...written(mode, values) };
    const answer = await update({ id: rule.id, etag: read.etag }, wanted, attempt);
    setRead({ ...read, etag: answer.etag });
    void queryClient.invalidateQueries();
    told(common.saved);
    return valuesOf(answer.body);
  };
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...ruleQuery(rule.id), staleTime: 0 });
    setRead({ rule: now.body, etag: now.etag, times: read.times + 1 });
  };
  return (
    <RuleEditor
      key={read.times}
      rule={read.rule}
      save={change}
      reload={() => void reload().catch(refused)}
    />
  );
}

interface RuleEditorProps {
  /** Null: a new one. */
  rule: Rule | null;
  save: (mode: Mode, values: RuleValues, attempt: Attempt) => Promise<RuleValues | void>;
  reload?: () => void;
}

/** A rule as a form or as an expression, checked as it is written. */
function RuleEditor({ rule, save, reload }: RuleEditorProps) {
  const [mode, setMode] = useState(modeOf(rule));
  const [device, setDevice] = useState<Thing | null>(null);
  const form = useForm(valuesOf(rule), (values, attempt) => save(mode, values, attempt));
  const check = useCheck({ ...written(mode, form.values), deviceId: device?.id ?? null });
  const errorAt = (pointer: string) => form.errorAt(pointer) ?? check.errors.get(pointer);
  const switchTo = async (next: Mode) => {
    const now = await queryClient.fetchQuery(checked(written(mode, form.values)));
    if (next === 'cel') form.set('rule', now.rule);
    else if (now.form || form.values.rule.trim() === '') form.set('form', whole(now.form));
    else throw new Error(rules.noForm);
    setMode(next);
  };
  return (
    <div className={classes['editor']}>
      <FormBody
        form={form}
        action={rule ? common.save : rules.create}
        always={!rule}
        {...(reload && { reload })}
      >
        <TextInput label={rules.name} {...form.text('name')} />
        <SegmentedControl
          aria-label={rules.mode}
          value={mode}
          onChange={(next) => void switchTo(next as Mode).catch(refused)}
          data={[
            { value: 'form', label: rules.form },
            { value: 'cel', label: rules.cel },
          ]}
        />
        {mode === 'cel' ? (
          <Expression
            value={form.values.rule}
            check={check.said}
            refusal={form.errorAt('/rule')}
            onChange={(text) => form.set('rule', text)}
          />
        ) : (
          <RuleForm
            value={form.values.form}
            onChange={(next) => form.set('form', next)}
            errorAt={errorAt}
          />
        )}
      </FormBody>
      <CheckPanel check={check} device={device} isCel={mode === 'cel'} onDevice={setDevice} />
    </div>
  );
}

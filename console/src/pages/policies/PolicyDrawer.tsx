import { useQuery } from '@tanstack/react-query';
import { policies } from '#texts/policies';
import { useState } from 'react';
import { queryClient } from '../../api/query.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { useForm } from '../../form/useForm.ts';
import type { Way } from './doing.ts';
import { blank, bodyFrom, type PolicyValues, valuesOf } from './values.ts';
import { create, update } from './making.ts';
import type { Policy, PolicyType } from './policy.ts';
import { PolicyFields } from './PolicyFields.tsx';
import { policy as policyQuery, rules as rulesQuery } from './queries.ts';
import type { ReviewChanges } from './useReview.tsx';

interface PolicyDrawerProps {
  type: PolicyType;
  /** All of the type but the default, in order. */
  movable: Policy[];
  way: Exclude<Way, 'move'>;
  id: string | undefined;
  review: ReviewChanges;
  onClose: () => void;
}

/** The form that makes or changes a policy, once what it begins with was read. */
export function PolicyDrawer(props: PolicyDrawerProps) {
  const { way, id } = props;
  if (way === 'edit') return id ? <Edit {...props} id={id} /> : null;
  return <Create {...props} />;
}

function Create({ type, movable, way, id, review, onClose }: PolicyDrawerProps) {
  const subject = movable.findIndex((each) => each.id === id);
  const place = subject < 0 ? movable.length : subject + (way === 'above' ? 0 : 1);
  const original = way === 'duplicate' ? movable[subject] : undefined;
  const initial = original
    ? { ...valuesOf(original), name: policies.copyOf(original.name) }
    : blank(type);
  const rules = useQuery(rulesQuery).data?.body ?? [];
  const form = useForm<PolicyValues>(initial, async (values, attempt) => {
    const body = bodyFrom(values, rules);
    const done = await create(review, { type, place, body }, attempt);
    if (done === false) return false;
    onClose();
    return undefined;
  });
  const above = movable[place - 1];
  const hint = above ? policies.placeAfter(above.name) : policies.placeFirst;
  return (
    <FormDrawer
      title={policies.createTitle}
      form={form}
      action={policies.review}
      always
      onClose={onClose}
    >
      <PolicyFields form={form} type={type} rules={rules} hint={hint} />
    </FormDrawer>
  );
}

function Edit(props: PolicyDrawerProps & { id: string }) {
  const { data } = useQuery(policyQuery(props.id));
  return data ? <Editing {...props} policy={data.body} read={data.etag} /> : null;
}

interface EditingProps extends PolicyDrawerProps {
  policy: Policy;
  read: string | null;
}

function Editing({ policy, read, type, review, onClose }: EditingProps) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(read);
  const rules = useQuery(rulesQuery).data?.body ?? [];
  const form = useForm<PolicyValues>(valuesOf(policy), async (values, attempt) => {
    const body = bodyFrom(values, rules);
    const done = await update(review, { id: policy.id, etag: tag, body }, attempt);
    if (done === false) return false;
    onClose();
    return undefined;
  });
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...policyQuery(policy.id), staleTime: 0 });
    setTag(now.etag);
    form.reset(valuesOf(now.body));
  };
  return (
    <FormDrawer
      title={policies.editTitle}
      form={form}
      action={policies.review}
      reload={() => void reload()}
      onClose={onClose}
    >
      <PolicyFields form={form} type={type} rules={rules} isDefault={policy.isDefault} />
    </FormDrawer>
  );
}

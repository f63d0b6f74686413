import { MultiSelect, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { users } from '#texts/users';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { linesOf } from '../../form/lines.ts';
import { useForm } from '../../form/useForm.ts';

import { groups } from './queries.ts';

interface Invitation {
  emails: string;
  groups: string[];
}

const blank: Invitation = { emails: '', groups: [] };

export function InviteDrawer({ onClose }: { onClose: () => void }) {
  const { data } = useQuery(groups);
  const form = useForm(blank, async (values, { idempotencyKey }) => {
    const lines = linesOf(values.emails);
    const body = lines.map(({ text }) => ({ email: text, groups: values.groups }));
    await post('/tenants/users', { body, idempotencyKey });
    told(users.invited(lines.length));
    void queryClient.invalidateQueries();
    onClose();
  });
  const lines = linesOf(form.values.emails);
  const wrong = lines.flatMap(({ line, text }, place) => {
    const detail = form.errorAt(`/${place}/email`) ?? form.errorAt(`/${place}`);
    return detail ? [users.line(line, text, detail)] : [];
  });
  const empty = form.errorAt('');
  const ofGroups = lines.map((_, place) => form.errorAt(`/${place}/groups`)).find(Boolean);
  return (
    <FormDrawer
      title={users.invite}
      form={form}
      action={users.sendInvitations(lines.length)}
      onClose={onClose}
    >
      <Textarea
        data-autofocus
        label={users.emails}
        description={users.emailsHint}
        placeholder={users.emailsPlaceholder}
        autosize
        minRows={5}
        maxRows={14}
        spellCheck={false}
        {...form.text('emails')}
        error={wrong.length > 0 ? wrong.map((each) => <div key={each}>{each}</div>) : empty}
      />
      <MultiSelect
        searchable
        label={users.groups}
        description={users.groupsHint}
        data={(data?.body.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        {...form.field('groups')}
        error={ofGroups}
      />
    </FormDrawer>
  );
}

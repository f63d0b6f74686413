import { Textarea } from '@mantine/core';
import { users } from '#texts/users';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { linesOf } from '../../form/lines.ts';
import { Picker } from '../../form/Picker.tsx';
import { type Thing, things } from '../../form/things.ts';
import { useForm } from '../../form/useForm.ts';

interface Invitation {
  emails: string;
  groups: Thing[];
}

const blank: Invitation = { emails: '', groups: [] };

export function InviteDrawer({ onClose }: { onClose: () => void }) {
  const form = useForm(blank, async (values, { idempotencyKey }) => {
    const lines = linesOf(values.emails);
    const groups = values.groups.map(({ id }) => id);
    const body = lines.map(({ text }) => ({ email: text, groups }));
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
      <Picker
        from={things.groups}
        label={users.groups}
        description={users.groupsHint}
        {...form.field('groups')}
        error={ofGroups}
      />
    </FormDrawer>
  );
}

import { groups } from '#texts/groups';
import { useMemo } from 'react';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { Picker } from '../../form/Picker.tsx';
import type { Thing } from '../../form/things.ts';
import { useForm } from '../../form/useForm.ts';
import type { Group } from './group.ts';
import { candidates } from './queries.ts';

const nobody: { people: Thing[] } = { people: [] };

export function AddPeople({ group, onClose }: { group: Group; onClose: () => void }) {
  const { id: groupId, name } = group;
  const from = useMemo(() => candidates(groupId), [groupId]);
  const form = useForm(nobody, async ({ people }, { ignorePolicyTests }) => {
    // In turn: where one is refused, those before are members, and adding them again is harmless.
    for (const { id } of people) {
      // oxlint-disable-next-line no-await-in-loop
      await post('/tenants/users/{id}/groups', {
        path: { id },
        body: { groupId },
        ignorePolicyTests,
      });
    }
    told(groups.added(people.length, name));
    void queryClient.invalidateQueries();
    onClose();
  });
  return (
    <FormDrawer
      title={groups.addTitle(name)}
      form={form}
      action={groups.addAction(form.values.people.length)}
      onClose={onClose}
    >
      <Picker data-autofocus label={groups.people} from={from} {...form.field('people')} />
    </FormDrawer>
  );
}

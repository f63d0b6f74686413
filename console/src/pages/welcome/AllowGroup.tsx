import { SimpleGrid } from '@mantine/core';
import { welcome } from '#texts/welcome';
import { post } from '../../api/call.ts';
import type { components } from '../../api/schema.d.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormBody } from '../../form/FormBody.tsx';
import { OnePicker } from '../../form/Picker.tsx';
import { resourcesOf, type Thing, things } from '../../form/things.ts';
import { useForm } from '../../form/useForm.ts';

type CreatePolicy = components['schemas']['CreatePolicy'];

const { policy: texts } = welcome.steps;
const rest: Omit<CreatePolicy, 'name' | 'groups' | 'resources'> = {
  description: null,
  type: 'PRIVATE',
  action: true,
  allGroups: false,
  allUsers: false,
  allDevices: false,
  allResources: false,
  users: [],
  devices: [],
  gateways: [],
  sourceIps: [],
  mode: null,
  rule: null,
};
const blank = { groups: null as Thing | null, resources: null as Thing | null };
const privateResources = resourcesOf('PRIVATE');

/** Allows a group a private resource. */
export function AllowGroup() {
  const form = useForm(blank, async (values, { ignorePolicyTests, idempotencyKey }) => {
    const { groups, resources } = values;
    const names = [groups?.name ?? '', resources?.name ?? ''] as const;
    await post('/tenants/policies', {
      body: {
        ...rest,
        name: texts.name(...names),
        groups: groups ? [groups.id] : [],
        resources: resources ? [resources.id] : [],
      },
      ignorePolicyTests,
      idempotencyKey,
    });
    told(texts.allowed(...names));
    void queryClient.invalidateQueries();
  });
  return (
    <FormBody form={form} action={texts.action}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" maw="32rem">
        <OnePicker label={texts.group} from={things.groups} {...form.field('groups')} />
        <OnePicker label={texts.resource} from={privateResources} {...form.field('resources')} />
      </SimpleGrid>
    </FormBody>
  );
}

import { SimpleGrid, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { welcome } from '#texts/welcome';
import { post } from '../../api/call.ts';
import type { components } from '../../api/schema.d.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormBody } from '../../form/FormBody.tsx';
import { useForm } from '../../form/useForm.ts';
import { groups as groupsQuery } from '../users/queries.ts';

type CreatePolicy = components['schemas']['CreatePolicy'];

interface Named {
  id: string;
  name: string;
}

const { policy: texts } = welcome.steps;
const options = (all: Named[]) => all.map(({ id, name }) => ({ value: id, label: name }));
const nameOf = (all: Named[], id: string | null) => all.find((each) => each.id === id)?.name ?? '';
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
const blank = { groups: null as string | null, resources: null as string | null };

/** Allows a group a private resource. */
export function AllowGroup({ resources }: { resources: Named[] }) {
  const groups = useQuery(groupsQuery).data?.body.data ?? [];
  const form = useForm(blank, async (values, { ignorePolicyTests, idempotencyKey }) => {
    const names = [nameOf(groups, values.groups), nameOf(resources, values.resources)] as const;
    await post('/tenants/policies', {
      body: {
        ...rest,
        name: texts.name(...names),
        groups: values.groups ? [values.groups] : [],
        resources: values.resources ? [values.resources] : [],
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
        <Select searchable label={texts.group} data={options(groups)} {...form.field('groups')} />
        <Select
          searchable
          label={texts.resource}
          data={options(resources)}
          {...form.field('resources')}
        />
      </SimpleGrid>
    </FormBody>
  );
}

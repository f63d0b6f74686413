import { useQuery } from '@tanstack/react-query';
import { post } from '../../api/call.ts';
import type { ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { localPage } from '../../table/local.ts';

export type PolicyTest = components['schemas']['PolicyTest'];
export type Outcome = components['schemas']['PolicyTestOutcome'];

const reading = {
  text: ({ name, description, resources }: PolicyTest) =>
    [name, description, ...resources.map((each) => each.name)].join(' '),
  fields: {
    name: ({ name }: PolicyTest) => name,
    expect: ({ expect }: PolicyTest) => expect,
    createdAt: ({ createdAt }: PolicyTest) => createdAt,
  },
};

export const testList = (list: ListQuery) => ({
  ...query('/tenants/policy-tests'),
  select: ({ body }: { body: PolicyTest[] }) => localPage(body, list, reading),
});

export const policyTest = (id: string) => query('/tenants/policy-tests/{id}', { path: { id } });

const none: ReadonlyMap<string, Outcome> = new Map();

/** Whether each test holds, by its id, as the policies stand now. */
export function useOutcomes(): { outcomes: ReadonlyMap<string, Outcome>; run: () => void } {
  const { data, refetch } = useQuery({
    // Its path is the key, so that it is run again after every change.
    queryKey: ['/tenants/policy-tests/run'],
    queryFn: async () => (await post('/tenants/policy-tests/run')).body.outcomes,
    select: (outcomes) => new Map(outcomes.map((each) => [each.test.id, each])),
  });
  return { outcomes: data ?? none, run: () => void refetch() };
}

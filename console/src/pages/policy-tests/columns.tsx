import { policyTests } from '#texts/policy-tests';
import type { Column } from '../../table/columns.ts';
import { Mark } from './Mark.tsx';
import type { Outcome, PolicyTest } from './queries.ts';

/** Whom a test is about, in words. */
export function who({ allUsers, groups, users }: PolicyTest): string {
  if (allUsers) return policyTests.everybody;
  return [...groups.map(({ name }) => name), ...users.map(({ email }) => email)].join(', ');
}

/** What they never or always reach, in words. */
export function where({ resources, protocol, port }: PolicyTest): string {
  const service = [protocol, port].filter(Boolean).join(' ');
  const names = resources.map(({ name }) => name).join(', ');
  return service ? `${names} (${service})` : names;
}

export function columns(outcomes: ReadonlyMap<string, Outcome>): Column<PolicyTest>[] {
  return [
    {
      id: 'name',
      header: policyTests.name,
      sort: 'name',
      cell: ({ name }) => name,
      csv: ({ name }) => name,
    },
    {
      id: 'outcome',
      header: policyTests.outcome,
      phone: true,
      cell: ({ id }) => <Mark outcome={outcomes.get(id)} />,
      csv: ({ id }) => (outcomes.get(id)?.holds ? policyTests.holds : policyTests.broken),
    },
    { id: 'who', header: policyTests.who, cell: who, csv: who },
    {
      id: 'expect',
      header: policyTests.expect,
      sort: 'expect',
      cell: ({ expect }) => policyTests.expects[expect],
      csv: ({ expect }) => policyTests.expects[expect],
    },
    { id: 'resources', header: policyTests.resources, cell: where, csv: where },
  ];
}

import { Button, Tabs, Text } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { policyTests } from '#texts/policy-tests';
import { refused } from '../../confirm/toast.ts';
import { written } from '../../form/assignments.ts';
import { useDoing } from '../../form/useDoing.ts';
import { Facts } from '../../frame/Facts.tsx';
import { Page } from '../../frame/Page.tsx';
import { Events } from '../../history/Events.tsx';
import { useMay } from '../../me/me.ts';
import { remove } from './actions.ts';
import { where, who } from './columns.tsx';
import { Mark } from './Mark.tsx';
import { type Outcome, type PolicyTest, policyTest, useOutcomes } from './queries.ts';
import { TestDrawer } from './TestDrawer.tsx';

const route = getRouteApi('/access/policy-tests/$id');

export const reads = ({ id }: { id: string }) => [policyTest(id)];

export default function PolicyTestPage() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(policyTest(id));
  const may = useMay();
  const { outcomes } = useOutcomes();
  const [editing, edit, close] = useDoing('edit');
  const test = data.body;
  return (
    <Page
      title={test.name}
      hint={test.description}
      above={[{ label: policyTests.title, to: '/access/policy-tests' }]}
      actions={<Actions test={test} onEdit={edit} />}
    >
      <Tabs defaultValue="details" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{policyTests.details}</Tabs.Tab>
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{policyTests.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="details">
          <Details test={test} outcome={outcomes.get(id)} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
      {editing && <TestDrawer test={test} etag={data.etag} onClose={close} />}
    </Page>
  );
}

function Actions({ test, onEdit }: { test: PolicyTest; onEdit: () => void }) {
  const may = useMay();
  const navigate = useNavigate();
  const go = async () => {
    if (await remove.run([test])) void navigate({ to: '/access/policy-tests' });
  };
  return (
    <>
      {may('PolicyTestsController_update') && (
        <Button
          variant="default"
          leftSection={<IconPencil size={15} aria-hidden />}
          onClick={onEdit}
        >
          {policyTests.edit}
        </Button>
      )}
      {may('PolicyTestsController_delete') && (
        <Button
          variant="default"
          c="var(--bad)"
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() => void go().catch(refused)}
        >
          {policyTests.remove}
        </Button>
      )}
    </>
  );
}

function Details({ test, outcome }: { test: PolicyTest; outcome: Outcome | undefined }) {
  return (
    <>
      <Facts
        facts={[
          [policyTests.outcome, <Mark key="outcome" outcome={outcome} />],
          [policyTests.who, who(test)],
          [policyTests.expect, policyTests.expects[test.expect]],
          [policyTests.resources, where(test)],
          [policyTests.given, written(test.given) || policyTests.nothing],
          [policyTests.times, test.times.join(', ') || policyTests.nothing],
        ]}
      />
      {outcome?.holds === false && (
        <section aria-label={policyTests.counterexamples}>
          <Text fw={600} mt="lg" mb="xs">
            {policyTests.counterexamples}
          </Text>
          <ul>
            {outcome.counterexamples.map(({ sentence }) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

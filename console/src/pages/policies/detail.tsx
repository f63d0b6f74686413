import { Button, Tabs } from '@mantine/core';
import { IconEdit, IconTrash } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useSearch } from '@tanstack/react-router';
import { policies } from '#texts/policies';
import { refused } from '../../confirm/toast.ts';
import { Facts } from '../../frame/Facts.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { Time } from '../../time/Time.tsx';
import { ActionMark } from './ActionMark.tsx';
import { usePolicyDoing } from './doing.ts';
import { remove } from './making.ts';
import { PolicyDrawer } from './PolicyDrawer.tsx';
import { Events } from '../../history/Events.tsx';
import { pathOf, type Policy } from './policy.ts';
import { Admission } from './PolicyRow.tsx';
import classes from './policies.module.css';
import { policy as policyQuery } from './queries.ts';
import { Destinations, Sources } from './Sides.tsx';
import { type ReviewChanges, useReview } from './useReview.tsx';

const route = getRouteApi('/access/policies/$id');
const { tabs } = policies;

export const reads = ({ id }: { id: string }) => [policyQuery(id)];

export default function PolicyPage() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(policyQuery(id));
  const policy = data.body;
  const may = useMay();
  const navigate = useNavigate();
  const [review, dialog] = useReview();
  const [doing, , end] = usePolicyDoing();
  const { tab = 'details' } = useSearch({ strict: false }) as { tab?: string };
  const show = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next ?? undefined } as never, replace: true });
  return (
    <Page
      title={policy.name}
      hint={<ActionMark allows={policy.action} />}
      above={[{ label: policies.titles[policy.type], to: pathOf[policy.type] }]}
      actions={<Actions policy={policy} review={review} />}
    >
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{tabs.details}</Tabs.Tab>
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="details">
          <Details policy={policy} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
      {doing?.way === 'edit' && (
        <PolicyDrawer
          type={policy.type}
          movable={[]}
          way="edit"
          id={id}
          review={review}
          onClose={end}
        />
      )}
      {dialog}
    </Page>
  );
}

function Details({ policy }: { policy: Policy }) {
  return (
    <div className={classes['details']}>
      <Facts
        facts={[
          [policies.place, policy.isDefault ? policies.defaultHint : policy.order + 1],
          [policies.sources, <Sources key="sources" policy={policy} />],
          [policies.destinations, <Destinations key="destinations" policy={policy} />],
          [policies.admission, <Admission key="rule" policy={policy} />],
          [policies.description, policy.description],
          [policies.createdAt, <Time key="created" at={policy.createdAt} />],
          [policies.changed, <Time key="changed" at={policy.updatedAt} />],
        ]}
      />
    </div>
  );
}

function Actions({ policy, review }: { policy: Policy; review: ReviewChanges }) {
  const may = useMay();
  const navigate = useNavigate();
  const [, go] = usePolicyDoing();
  const leave = async () => {
    if (await remove(review, policy)) await navigate({ to: pathOf[policy.type] });
  };
  return (
    <>
      {may('PoliciesController_update') && (
        <Button
          variant="default"
          leftSection={<IconEdit size={15} aria-hidden />}
          onClick={() => go('edit', policy.id)}
        >
          {policies.edit}
        </Button>
      )}
      {may('PoliciesController_delete') && !policy.isDefault && (
        <Button
          variant="default"
          c="var(--bad)"
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() => void leave().catch(refused)}
        >
          {policies.remove}
        </Button>
      )}
    </>
  );
}

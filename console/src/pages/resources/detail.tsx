import { Button, Tabs } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useSearch } from '@tanstack/react-router';
import { resources } from '#texts/resources';
import { refused } from '../../confirm/toast.ts';
import { useDoing } from '../../form/useDoing.ts';
import { Page } from '../../frame/Page.tsx';
import { Events } from '../../history/Events.tsx';
import { useMay } from '../../me/me.ts';
import { remove } from './actions.ts';
import { EditResource } from './EditResource.tsx';
import { resource as resourceQuery } from './queries.ts';
import type { Resource } from './resource.ts';
import { ResourceAccess } from './ResourceAccess.tsx';
import { ResourceDetails } from './ResourceDetails.tsx';
import { ResourcePolicies } from './ResourcePolicies.tsx';
import { ResourceStatus } from './ResourceStatus.tsx';

const route = getRouteApi('/resources/$id');
const { tabs } = resources;

export const reads = ({ id }: { id: string }) => [resourceQuery(id)];

export default function ResourcePage() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(resourceQuery(id));
  const resource = data.body;
  const may = useMay();
  const navigate = useNavigate();
  const [editing, edit, close] = useDoing('edit');
  const { tab = 'details' } = useSearch({ strict: false }) as { tab?: string };
  const show = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next ?? undefined } as never, replace: true });
  return (
    <Page
      title={resource.name}
      hint={<ResourceStatus resource={resource} />}
      above={[{ label: resources.title, to: '/resources' }]}
      actions={<Actions resource={resource} edit={edit} />}
    >
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{tabs.details}</Tabs.Tab>
          {may('PoliciesController_findAll') && (
            <Tabs.Tab value="policies">{tabs.policies}</Tabs.Tab>
          )}
          {may('AccessController_matrix') && <Tabs.Tab value="access">{tabs.access}</Tabs.Tab>}
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="details">
          <ResourceDetails resource={resource} />
        </Tabs.Panel>
        <Tabs.Panel value="policies">
          <ResourcePolicies resource={resource} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <ResourceAccess id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
      {editing && <EditResource key={id} resource={resource} etag={data.etag} onClose={close} />}
    </Page>
  );
}

function Actions({ resource, edit }: { resource: Resource; edit: () => void }) {
  const may = useMay();
  const navigate = useNavigate();
  const drop = async () => {
    if (await remove([resource])) void navigate({ to: '/resources' });
  };
  return (
    <>
      {may('ResourceController_update') && (
        <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={edit}>
          {resources.edit}
        </Button>
      )}
      {may('ResourceController_delete') && (
        <Button
          variant="default"
          c="var(--bad)"
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() => void drop().catch(refused)}
        >
          {resources.remove}
        </Button>
      )}
    </>
  );
}

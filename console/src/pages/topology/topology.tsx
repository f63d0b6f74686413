import { Button, SegmentedControl } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { frame } from '#texts/frame';
import { topology as texts } from '#texts/topology';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { Picture } from './Picture.tsx';
import { type Device, picture, type Topology } from './queries.ts';
import { Tables } from './Tables.tsx';
import { Timeline } from './Timeline.tsx';

interface Search {
  view?: string;
  group?: string;
}

const views = Object.entries(texts.views).map(([value, label]) => ({ value, label }));
const nobody: Device[] = [];

export const reads = () => [picture()];

export default function TopologyPage() {
  const may = useMay();
  const { data } = useSuspenseQuery(picture());
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const go = (change: Search) =>
    void navigate({
      to: '.',
      search: { ...search, ...change } as never,
      replace: true,
      resetScroll: false,
    });
  const { group } = search;
  const { data: opened } = useQuery({ ...picture(group), enabled: group !== undefined });
  const view = search.view === 'table' ? 'table' : 'picture';
  return (
    <Page
      title={frame.pages.topology}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={texts.view}
          data={views}
          value={view}
          onChange={(chosen) => go({ view: chosen === 'table' ? chosen : undefined })}
        />
      }
    >
      {isEmpty(data.body) && <Nothing />}
      {!isEmpty(data.body) && view === 'table' && <Tables topology={data.body} />}
      {!isEmpty(data.body) && view === 'picture' && (
        <Picture
          topology={data.body}
          group={group}
          devices={opened?.body.devices ?? nobody}
          open={(chosen) => go({ group: chosen })}
        />
      )}
      {may('AuditController_findAll') && <Timeline />}
    </Page>
  );
}

function isEmpty({ gateways, resources }: Topology): boolean {
  return gateways.length === 0 && resources.length === 0;
}

function Nothing() {
  const may = useMay();
  const start = may('GatewaysController_create') && (
    <Button component={Link} to="/gateways?do=create">
      {texts.start}
    </Button>
  );
  return <Empty title={texts.empty} hint={texts.emptyHint} action={start} />;
}

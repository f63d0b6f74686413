import { Anchor, Button, Loader } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { devices } from '#texts/devices';
import { useMemo, useState } from 'react';
import type { components } from '../../api/schema.d.ts';
import { Empty } from '../../frame/Empty.tsx';
import { useMay } from '../../me/me.ts';
import { Status } from '../../status/Status.tsx';
import { PagedTable } from '../../table/PagedTable.tsx';
import { type PlainColumn, PlainTable } from '../../table/PlainTable.tsx';
import classes from './devices.module.css';
import { explanation, policiesNaming, reach } from './queries.ts';

type Schemas = components['schemas'];

const linkTo = (path: string, { id, name }: { id: string; name: string }) => (
  <Anchor component={Link} to={`/${path}/${id}`} size="sm">
    {name}
  </Anchor>
);

const policyColumns: PlainColumn<Schemas['Policy']>[] = [
  { header: devices.policy, cell: (policy) => linkTo('access/policies', policy) },
  { header: devices.action, cell: ({ action }) => <Verdict allows={action} /> },
];

export function DeviceAccess({ id }: { id: string }) {
  const may = useMay();
  const mayAsk = may('AccessController_explain');
  const columns = useMemo(() => reachColumns(id, mayAsk), [id, mayAsk]);
  const ask = mayAsk && (
    <Button
      component={Link}
      to="/access/explain"
      search={{ device: id } as never}
      variant="default"
    >
      {devices.explain}
    </Button>
  );
  return (
    <div className={classes['stack']}>
      <section aria-label={devices.reaches}>
        <h2>{devices.reaches}</h2>
        <PagedTable
          list={reach(id)}
          id={({ resource, gateway }) => `${resource.id} ${gateway.id}`}
          columns={columns}
          empty={<Empty title={devices.noAccess} hint={devices.noAccessHint} action={ask} />}
        />
      </section>
      {may('PoliciesController_findAll') && <Named id={id} />}
    </div>
  );
}

function Named({ id }: { id: string }) {
  const { data } = useQuery(policiesNaming(id)(100, 0));
  return (
    <section aria-label={devices.named}>
      <h2>{devices.named}</h2>
      <PlainTable
        rows={data?.data ?? []}
        id={(policy) => policy.id}
        columns={policyColumns}
        empty={<Empty title={devices.notNamed} hint={devices.notNamedHint} />}
      />
    </section>
  );
}

function reachColumns(id: string, mayAsk: boolean): PlainColumn<Schemas['Reach']>[] {
  const columns: PlainColumn<Schemas['Reach']>[] = [
    { header: devices.resource, cell: ({ resource }) => linkTo('resources', resource) },
    { header: devices.gateway, cell: ({ gateway }) => linkTo('gateways', gateway) },
    { header: devices.extent, cell: ({ whole }) => (whole ? devices.whole : devices.part) },
  ];
  if (!mayAsk) return columns;
  return [
    ...columns,
    {
      header: devices.allowedBy,
      cell: ({ resource }) => <AllowedBy device={id} resource={resource.id} />,
    },
  ];
}

/** Which policies let the device there; asked for one resource at a time, as each takes a decision. */
function AllowedBy({ device, resource }: { device: string; resource: string }) {
  const [asked, setAsked] = useState(false);
  const { data, error } = useQuery({ ...explanation(device, resource), enabled: asked });
  if (!asked) {
    return (
      <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
        {devices.why}
      </Button>
    );
  }
  if (error) return error.message;
  if (!data) return <Loader size="xs" />;
  const policies = new Map(
    data.body.results.flatMap(({ policy }) => (policy ? [[policy.id, policy]] : [])),
  );
  return (
    <span className={classes['policies']}>
      {[...policies.values()].map((policy) => (
        <span key={policy.id}>{linkTo('access/policies', policy)}</span>
      ))}
      <Anchor
        component={Link}
        to="/access/explain"
        search={{ device, to: resource } as never}
        size="xs"
        c="dimmed"
      >
        {devices.explain}
      </Anchor>
    </span>
  );
}

function Verdict({ allows }: { allows: boolean }) {
  return allows ? (
    <Status tone="ok" icon={IconCircleCheck} label={devices.allow} />
  ) : (
    <Status tone="bad" icon={IconCircleX} label={devices.deny} />
  );
}

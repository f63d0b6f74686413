import { Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { settings as texts } from '#texts/settings';
import { put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { confirm } from '../../confirm/confirm.ts';
import { told } from '../../confirm/toast.ts';
import { useDoing } from '../../form/useDoing.ts';
import { Empty } from '../../frame/Empty.tsx';
import { useMay } from '../../me/me.ts';
import type { Column, RowAction } from '../../table/columns.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { AddSerials } from './AddSerials.tsx';
import { ownedQuery, type Serial, serialList } from './queries.ts';
import { Section } from './Section.tsx';

const columns: Column<Serial>[] = [
  {
    id: 'serial',
    header: texts.serial,
    sort: 'serial',
    cell: ({ id }) => id,
    csv: ({ id }) => id,
  },
];

const actions: RowAction<Serial>[] = [
  {
    id: 'remove',
    label: texts.remove,
    icon: IconTrash,
    needs: 'OwnedDevicesController_update',
    danger: true,
    run: remove,
  },
];

/** Which devices are the company's own. */
export function OwnedDevices() {
  const may = useMay();
  const [adding, open, close] = useDoing('add');
  const add = may('OwnedDevicesController_update') && (
    <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {texts.add}
    </Button>
  );
  return (
    <Section title={texts.owned} hint={texts.ownedHint} action={add}>
      <DataTable
        what={texts.what}
        list={serialList}
        columns={columns}
        sort="serial"
        name={({ id }) => id}
        actions={actions}
        empty={<Empty title={texts.ownedEmpty} hint={texts.ownedEmptyHint} />}
      />
      {adding && add && <AddSerials onClose={close} />}
    </Section>
  );
}

async function remove(rows: Serial[]): Promise<boolean> {
  const sure = await confirm({
    title: texts.removeTitle(rows.length),
    body: texts.removeBody,
    action: texts.remove,
    danger: true,
  });
  if (!sure) return false;
  const there = await queryClient.fetchQuery({ ...ownedQuery, staleTime: 0 });
  const gone = new Set(rows.map(({ id }) => id));
  const serialNumbers = there.body.serialNumbers.filter((each) => !gone.has(each));
  await put('/tenants/owned-devices', { body: { serialNumbers }, ifMatch: there.etag });
  await queryClient.invalidateQueries();
  told(texts.removed(rows.length));
  return true;
}

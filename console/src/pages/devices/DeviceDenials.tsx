import { denials } from '#texts/denials';
import { useMemo } from 'react';
import { Empty } from '../../frame/Empty.tsx';
import { DataTable } from '../../table/DataTable.tsx';
import { columns as all } from '../denials/columns.tsx';
import { denialList } from '../denials/queries.ts';
import { where } from '../denials/where.ts';

const [, , destination, ...rest] = all;
const columns = destination ? [destination, ...rest] : rest;

export function DeviceDenials({ id }: { id: string }) {
  const list = useMemo(() => denialList([{ field: 'deviceId', operator: 'eq', value: id }]), [id]);
  return (
    <DataTable
      what={denials.what}
      list={list}
      columns={columns}
      sort="-lastAt"
      name={(denial) => where(denial) ?? denials.many}
      empty={<Empty title={denials.empty} hint={denials.emptyHint} />}
    />
  );
}

import { denials } from '#texts/denials';
import { useMemo } from 'react';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { DataTable } from '../../table/DataTable.tsx';
import { useWindow, useWithin } from '../../time/useWindow.ts';
import { WindowPicker } from '../../time/WindowPicker.tsx';
import { columns } from './columns.tsx';
import { filters } from './filters.ts';
import { denialList } from './queries.ts';

export default function DenialsPage() {
  const [window, choose] = useWindow();
  const conditions = useWithin('lastAt', window);
  const list = useMemo(() => denialList(conditions), [conditions]);
  return (
    <Page
      title={denials.title}
      hint={denials.hint}
      actions={<WindowPicker value={window} onChange={choose} />}
    >
      <DataTable
        what={denials.what}
        list={list}
        columns={columns}
        filters={filters}
        sort="-lastAt"
        name={({ deviceName }) => deviceName}
        link={({ deviceId }) => `/devices/${deviceId}`}
        empty={<Empty title={denials.empty} hint={denials.emptyHint} />}
      />
    </Page>
  );
}

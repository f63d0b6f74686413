import { sessions } from '#texts/sessions';
import { useMemo } from 'react';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { DataTable } from '../../table/DataTable.tsx';
import { useWindow, useWithin } from '../../time/useWindow.ts';
import { WindowPicker } from '../../time/WindowPicker.tsx';
import { columns } from './columns.tsx';
import { filters } from './filters.ts';
import { sessionList } from './queries.ts';

export default function SessionsPage() {
  const [window, choose] = useWindow();
  const conditions = useWithin('startedAt', window);
  const list = useMemo(() => sessionList(conditions), [conditions]);
  return (
    <Page
      title={sessions.title}
      hint={sessions.hint}
      actions={<WindowPicker value={window} onChange={choose} />}
    >
      <DataTable
        what={sessions.what}
        list={list}
        columns={columns}
        filters={filters}
        sort="-startedAt"
        name={({ agentName }) => agentName}
        link={({ kind, agentId }) => `/${kind}s/${agentId}`}
        empty={<Empty title={sessions.empty} hint={sessions.emptyHint} />}
      />
    </Page>
  );
}

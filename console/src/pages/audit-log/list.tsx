import { useNavigate, useSearch } from '@tanstack/react-router';
import { auditLog } from '#texts/audit-log';
import { useMemo } from 'react';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { DataTable } from '../../table/DataTable.tsx';
import { useWindow, useWithin } from '../../time/useWindow.ts';
import { WindowPicker } from '../../time/WindowPicker.tsx';
import { columns } from './columns.tsx';
import { EventDrawer } from './EventDrawer.tsx';
import { filters } from './filters.ts';
import { eventList } from './queries.ts';

export default function AuditLogPage() {
  const [window, choose] = useWindow();
  const conditions = useWithin('createdAt', window);
  const list = useMemo(() => eventList(conditions), [conditions]);
  const { event, ...search } = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const show = (id: string | undefined) =>
    void navigate({ to: '.', search: { ...search, event: id } as never, resetScroll: false });
  return (
    <Page title={auditLog.title} actions={<WindowPicker value={window} onChange={choose} />}>
      <DataTable
        what={auditLog.what}
        list={list}
        columns={columns}
        filters={filters}
        sort="-sequence"
        name={({ operation }) => auditLog.operation(operation)}
        open={({ id }) => show(id)}
        empty={<Empty title={auditLog.empty} hint={auditLog.emptyHint} />}
      />
      {event && <EventDrawer id={event} onClose={() => show(undefined)} />}
    </Page>
  );
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function AuditLogListPage() {
  return <Page title={frame.pages.auditLog}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function SessionsListPage() {
  return <Page title={frame.pages.sessions}>{null}</Page>;
}

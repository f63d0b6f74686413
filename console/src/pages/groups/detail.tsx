import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function GroupsDetailPage() {
  return <Page title={frame.pages.groups}>{null}</Page>;
}

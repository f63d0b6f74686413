import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function ResourcesListPage() {
  return <Page title={frame.pages.resources}>{null}</Page>;
}

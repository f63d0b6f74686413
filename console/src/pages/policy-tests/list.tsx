import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function PolicyTestsListPage() {
  return <Page title={frame.pages.policyTests}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function ApiKeysListPage() {
  return <Page title={frame.pages.apiKeys}>{null}</Page>;
}

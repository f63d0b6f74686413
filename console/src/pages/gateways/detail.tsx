import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function GatewaysDetailPage() {
  return <Page title={frame.pages.gateways}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function OverviewOverviewPage() {
  return <Page title={frame.pages.overview}>{null}</Page>;
}

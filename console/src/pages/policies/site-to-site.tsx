import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function PoliciesSiteToSitePage() {
  return <Page title={frame.pages.siteToSite}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function PoliciesSaasPage() {
  return <Page title={frame.pages.saas}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function PoliciesInternetPage() {
  return <Page title={frame.pages.internet}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function PoliciesPrivatePage() {
  return <Page title={frame.pages.private}>{null}</Page>;
}

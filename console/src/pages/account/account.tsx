import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function AccountAccountPage() {
  return <Page title={frame.pages.account}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function DevicesListPage() {
  return <Page title={frame.pages.devices}>{null}</Page>;
}

import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function MyDevicesListPage() {
  return <Page title={frame.pages.myDevices}>{null}</Page>;
}

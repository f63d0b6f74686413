import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function TopologyTopologyPage() {
  return <Page title={frame.pages.topology}>{null}</Page>;
}

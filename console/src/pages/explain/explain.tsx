import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function ExplainExplainPage() {
  return <Page title={frame.pages.explain}>{null}</Page>;
}

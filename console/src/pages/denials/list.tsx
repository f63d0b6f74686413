import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function DenialsListPage() {
  return <Page title={frame.pages.denials}>{null}</Page>;
}

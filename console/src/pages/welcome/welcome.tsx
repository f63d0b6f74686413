import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function WelcomePage() {
  return <Page title={frame.pages.welcome}>{null}</Page>;
}

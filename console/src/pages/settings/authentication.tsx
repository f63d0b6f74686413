import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function SettingsAuthenticationPage() {
  return <Page title={frame.pages.authentication}>{null}</Page>;
}

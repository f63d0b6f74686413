import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function SettingsGeneralPage() {
  return <Page title={frame.pages.general}>{null}</Page>;
}

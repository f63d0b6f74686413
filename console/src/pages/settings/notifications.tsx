import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function SettingsNotificationsPage() {
  return <Page title={frame.pages.notifications}>{null}</Page>;
}

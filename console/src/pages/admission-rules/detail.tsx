import { frame } from '#texts/frame';
import { Page } from '../../frame/Page.tsx';

export default function AdmissionRulesDetailPage() {
  return <Page title={frame.pages.admissionRules}>{null}</Page>;
}

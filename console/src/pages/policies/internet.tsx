import { PolicyList } from './PolicyList.tsx';
import { policiesOf } from './queries.ts';

export const reads = () => [policiesOf('INTERNET')];

export default function InternetPoliciesPage() {
  return <PolicyList key="INTERNET" type="INTERNET" />;
}

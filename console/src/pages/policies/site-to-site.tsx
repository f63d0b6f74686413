import { PolicyList } from './PolicyList.tsx';
import { policiesOf } from './queries.ts';

export const reads = () => [policiesOf('SITETOSITE')];

export default function SiteToSitePoliciesPage() {
  return <PolicyList key="SITETOSITE" type="SITETOSITE" />;
}

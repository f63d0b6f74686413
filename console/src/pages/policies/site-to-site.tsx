import { PolicyList } from './PolicyList.tsx';

export default function SiteToSitePoliciesPage() {
  return <PolicyList key="SITETOSITE" type="SITETOSITE" />;
}

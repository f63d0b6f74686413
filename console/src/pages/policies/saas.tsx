import { PolicyList } from './PolicyList.tsx';

export default function SaasPoliciesPage() {
  return <PolicyList key="SAAS" type="SAAS" />;
}

import { PolicyList } from './PolicyList.tsx';

export default function InternetPoliciesPage() {
  return <PolicyList key="INTERNET" type="INTERNET" />;
}

import { PolicyList } from './PolicyList.tsx';

export default function PrivatePoliciesPage() {
  return <PolicyList key="PRIVATE" type="PRIVATE" />;
}

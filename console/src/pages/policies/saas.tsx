import { PolicyList } from './PolicyList.tsx';
import { policiesOf } from './queries.ts';

export const reads = () => [policiesOf('SAAS')];

export default function SaasPoliciesPage() {
  return <PolicyList key="SAAS" type="SAAS" />;
}

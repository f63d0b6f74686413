import { PolicyList } from './PolicyList.tsx';
import { policiesOf } from './queries.ts';

export const reads = () => [policiesOf('PRIVATE')];

export default function PrivatePoliciesPage() {
  return <PolicyList key="PRIVATE" type="PRIVATE" />;
}

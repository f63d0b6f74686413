import { IconCircleCheck, IconCircleX, IconLoader } from '@tabler/icons-react';
import { policyTests } from '#texts/policy-tests';
import { Status } from '../../status/Status.tsx';
import type { Outcome } from './queries.ts';

/** Whether a test holds. */
export function Mark({ outcome }: { outcome: Outcome | undefined }) {
  if (!outcome) return <Status tone="idle" icon={IconLoader} label={policyTests.checking} />;
  return outcome.holds ? (
    <Status tone="ok" icon={IconCircleCheck} label={policyTests.holds} />
  ) : (
    <Status tone="bad" icon={IconCircleX} label={policyTests.broken} />
  );
}

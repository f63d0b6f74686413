import { post, put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import type { Attempt } from '../../form/useForm.ts';
import { checked, type Checkable } from './queries.ts';

interface Saved extends Checkable {
  name: string;
}

/** The API asks whether a rule reads the time, and says so itself. */
async function complete(rule: Saved) {
  const { name: _, ...condition } = rule;
  const { hasTimeConstraint } = await queryClient.fetchQuery(checked(condition));
  return { ...rule, hasTimeConstraint: hasTimeConstraint ?? false };
}

export async function create(rule: Saved, { ignorePolicyTests, idempotencyKey }: Attempt) {
  const body = await complete(rule);
  return post('/tenants/admission-rules', { body, ignorePolicyTests, idempotencyKey });
}

/** Change a rule that is still what had the ETag. */
export async function update(
  { id, etag }: { id: string; etag: string | null },
  rule: Saved,
  { overwrite, ignorePolicyTests }: Attempt,
) {
  return put('/tenants/admission-rules/{id}', {
    path: { id },
    body: await complete(rule),
    ifMatch: overwrite ? null : etag,
    ignorePolicyTests,
  });
}

import { IconBan, IconCheck } from '@tabler/icons-react';
import { policies } from '#texts/policies';
import { Status } from '../../status/Status.tsx';

export function ActionMark({ allows }: { allows: boolean }) {
  return allows ? (
    <Status tone="ok" icon={IconCheck} label={policies.allow} />
  ) : (
    <Status tone="bad" icon={IconBan} label={policies.deny} />
  );
}

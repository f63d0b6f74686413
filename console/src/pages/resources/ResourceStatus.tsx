import { IconCircleCheck, IconPlugConnectedX, IconUnlink } from '@tabler/icons-react';
import { resources } from '#texts/resources';
import { Status } from '../../status/Status.tsx';
import type { Resource } from './resource.ts';

/** Whether a resource can be reached, and why not. */
export function ResourceStatus({ resource }: { resource: Resource }) {
  if (resource.gateways.length === 0) {
    return <Status tone="warn" icon={IconUnlink} label={resources.noGateway} />;
  }
  return resource.status === 'ONLINE' ? (
    <Status tone="ok" icon={IconCircleCheck} label={resources.statuses.ONLINE} />
  ) : (
    <Status tone="bad" icon={IconPlugConnectedX} label={resources.gatewaysOffline} />
  );
}

import { denials } from '#texts/denials';
import type { Filter } from '../../table/columns.ts';

const causes = Object.entries(denials.causes).map(([value, label]) => ({ value, label }));

export const filters: Filter[] = [
  { field: 'cause', label: denials.cause, kind: 'choices', choices: causes },
  { field: 'deviceName', label: denials.device, kind: 'text' },
  { field: 'userEmail', label: denials.user, kind: 'text' },
  { field: 'destination', label: denials.destination, kind: 'text', placeholder: '10.0.0.5' },
  { field: 'resourceName', label: denials.resource, kind: 'text' },
  { field: 'policyName', label: denials.policy, kind: 'text' },
  { field: 'gatewayName', label: denials.gateway, kind: 'text' },
];

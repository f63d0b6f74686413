import { gateways } from '#texts/gateways';
import type { Filter } from '../../table/columns.ts';

export const filters: Filter[] = [
  {
    field: 'status',
    label: gateways.status,
    kind: 'choices',
    choices: Object.entries(gateways.statuses).map(([value, label]) => ({ value, label })),
  },
  {
    field: 'relayEnabled',
    label: gateways.relay,
    kind: 'choices',
    choices: [
      { value: 'true', label: gateways.on },
      { value: 'false', label: gateways.off },
    ],
  },
];

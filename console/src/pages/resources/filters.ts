import { resources } from '#texts/resources';
import { things } from '../../form/things.ts';
import type { Filter } from '../../table/columns.ts';

const choices = (texts: Record<string, string>) =>
  Object.entries(texts).map(([value, label]) => ({ value, label }));

export const filters: Filter[] = [
  { field: 'type', label: resources.type, kind: 'choices', choices: choices(resources.types) },
  { field: 'gateways.id', label: resources.gateways, kind: 'things', from: things.gateways },
  {
    field: 'status',
    label: resources.status,
    kind: 'choices',
    choices: choices(resources.statuses),
  },
];

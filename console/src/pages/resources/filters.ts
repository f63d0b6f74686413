import { useQuery } from '@tanstack/react-query';
import { resources } from '#texts/resources';
import { useMemo } from 'react';
import type { Filter } from '../../table/columns.ts';
import { everyGateway } from '../gateways/queries.ts';

const choices = (texts: Record<string, string>) =>
  Object.entries(texts).map(([value, label]) => ({ value, label }));

export function useFilters(): Filter[] {
  const gateways = useQuery(everyGateway).data?.body.data;
  return useMemo(
    () => [
      {
        field: 'type',
        label: resources.type,
        kind: 'choices',
        choices: choices(resources.types),
      },
      {
        field: 'gateways.id',
        label: resources.gateways,
        kind: 'choices',
        choices: (gateways ?? []).map(({ id, name }) => ({ value: id, label: name })),
      },
      {
        field: 'status',
        label: resources.status,
        kind: 'choices',
        choices: choices(resources.statuses),
      },
    ],
    [gateways],
  );
}

import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { denials } from '#texts/denials';
import type { Column } from '../../table/columns.ts';
import { Time } from '../../time/Time.tsx';
import { Cause } from './Cause.tsx';
import type { Denial } from './queries.ts';
import { question, where } from './where.ts';

const linked = (path: string, id: string | null, name: string | null) =>
  id ? (
    <Anchor component={Link} to={`/${path}/${id}`} inherit>
      {name}
    </Anchor>
  ) : (
    <span data-dimmed>{denials.none}</span>
  );

export const columns: Column<Denial>[] = [
  {
    id: 'device',
    header: denials.device,
    sort: 'deviceName',
    cell: ({ deviceName }) => deviceName,
    csv: ({ deviceName }) => deviceName,
  },
  {
    id: 'user',
    header: denials.user,
    sort: 'userEmail',
    cell: ({ userId, userEmail }) => linked('users', userId, userEmail),
    csv: ({ userEmail }) => userEmail,
  },
  {
    id: 'destination',
    header: denials.destination,
    sort: 'destination',
    phone: true,
    cell: (denial) => <Asked denial={denial} />,
    csv: (denial) => where(denial) ?? denials.many,
  },
  {
    id: 'resource',
    header: denials.resource,
    sort: 'resourceName',
    cell: ({ resourceId, resourceName }) => linked('resources', resourceId, resourceName),
    csv: ({ resourceName }) => resourceName,
  },
  {
    id: 'cause',
    header: denials.cause,
    sort: 'cause',
    phone: true,
    cell: ({ cause, reason }) => (
      <span title={reason}>
        <Cause cause={cause} />
      </span>
    ),
    csv: ({ cause }) => cause,
  },
  {
    id: 'policy',
    header: denials.policy,
    sort: 'policyName',
    optional: true,
    cell: ({ policyId, policyName }) => linked('access/policies', policyId, policyName),
    csv: ({ policyName }) => policyName,
  },
  {
    id: 'reason',
    header: denials.reason,
    optional: true,
    cell: ({ reason }) => reason,
    csv: ({ reason }) => reason,
  },
  {
    id: 'gateway',
    header: denials.gateway,
    sort: 'gatewayName',
    optional: true,
    cell: ({ gatewayId, gatewayName }) => linked('gateways', gatewayId, gatewayName),
    csv: ({ gatewayName }) => gatewayName,
  },
  {
    id: 'packets',
    header: denials.packets,
    sort: 'packets',
    align: 'end',
    cell: ({ packets }) => packets,
    csv: ({ packets }) => packets,
  },
  {
    id: 'first',
    header: denials.first,
    sort: 'firstAt',
    optional: true,
    cell: ({ firstAt }) => <Time at={firstAt} />,
    csv: ({ firstAt }) => firstAt,
  },
  {
    id: 'last',
    header: denials.last,
    sort: 'lastAt',
    cell: ({ lastAt }) => <Time at={lastAt} />,
    csv: ({ lastAt }) => lastAt,
  },
];

/** Where to, which leads to the explanation of that moment. */
function Asked({ denial }: { denial: Denial }) {
  const place = where(denial) ?? denials.many;
  const asked = question(denial);
  if (!asked) return place;
  return (
    <Anchor
      component={Link}
      inherit
      to="/access/explain"
      search={asked as never}
      aria-label={denials.explainOf(denial.deviceName, place)}
    >
      {place}
    </Anchor>
  );
}

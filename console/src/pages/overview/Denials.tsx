import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { denials } from '#texts/denials';
import { Time } from '../../time/Time.tsx';
import { Cause } from '../denials/Cause.tsx';
import { type Denial, latest } from '../denials/queries.ts';
import { question, where } from '../denials/where.ts';
import classes from './overview.module.css';
import { Panel } from './Panel.tsx';

const shown = 5;

export function Denials() {
  const recent = useQuery(latest(shown)).data?.data;
  return (
    <Panel title={denials.panel} more={{ label: denials.all, to: '/activity/denials' }}>
      {recent?.length === 0 && (
        <Text size="sm" c="dimmed">
          {denials.panelEmpty}
        </Text>
      )}
      <ul className={classes['changes']}>
        {recent?.map((denial) => (
          <li key={denial.id}>
            <span>
              <Anchor component={Link} to={`/devices/${denial.deviceId}`} size="sm">
                {denial.deviceName}
              </Anchor>{' '}
              → <Place denial={denial} /> <Cause cause={denial.cause} />
            </span>
            <Time at={denial.lastAt} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Place({ denial }: { denial: Denial }) {
  const place = denial.resourceName ?? where(denial) ?? denials.many;
  const asked = question(denial);
  if (!asked) return place;
  return (
    <Anchor component={Link} to="/access/explain" search={asked as never} size="sm">
      {place}
    </Anchor>
  );
}

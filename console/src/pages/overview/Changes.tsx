import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { overview } from '#texts/overview';
import { Deed } from '../../history/Deed.tsx';
import { recent } from '../../history/queries.ts';
import { Time } from '../../time/Time.tsx';
import classes from './overview.module.css';
import { Panel } from './Panel.tsx';

const shown = 10;

export function Changes() {
  const events = useQuery(recent(shown)).data?.body.data;
  return (
    <Panel
      title={overview.changes}
      more={{ label: overview.allChanges, to: '/activity/audit-log' }}
    >
      {events?.length === 0 && (
        <Text size="sm" c="dimmed">
          {overview.noChanges}
        </Text>
      )}
      <ul className={classes['changes']}>
        {events?.map((event) => (
          <li key={event.id}>
            <span>
              <Deed event={event} />
            </span>
            <Time at={event.createdAt} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

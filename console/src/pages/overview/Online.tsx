import { Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { overview } from '#texts/overview';
import classes from './overview.module.css';
import { Panel } from './Panel.tsx';
import { overviewQuery } from './queries.ts';

export function Online() {
  const { data } = useQuery(overviewQuery);
  const { devices, users } = data?.body ?? {};
  return (
    <Panel title={overview.online}>
      <Bar
        what={overview.devices}
        state={overview.connected}
        some={devices?.online}
        all={devices?.total}
        to="/devices?status=Online"
      />
      <Bar
        what={overview.users}
        state={overview.active}
        some={users?.active}
        all={users?.total}
        to="/users?status=ACTIVE"
      />
    </Panel>
  );
}

interface BarProps {
  what: string;
  state: string;
  some: number | undefined;
  all: number | undefined;
  to: string;
}

function Bar({ what, state, some = 0, all = 0, to }: BarProps) {
  return (
    <Link to={to} className={classes['bar']}>
      <span>{what}</span>
      <span>
        <strong>{some}</strong> / {all} <span data-dimmed>{state}</span>
      </span>
      <Progress
        color="var(--accent)"
        value={all === 0 ? 0 : (100 * some) / all}
        aria-label={overview.bar(what, some, all)}
      />
    </Link>
  );
}

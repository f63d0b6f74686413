import { Progress } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { overview } from '#texts/overview';
import classes from './overview.module.css';
import { Panel } from './Panel.tsx';
import { counts } from './queries.ts';

export function Online() {
  const [users, active, devices, online] = useQueries({
    queries: [counts.users, counts.activeUsers, counts.devices, counts.devicesOnline],
  }).map(({ data }) => data?.body.total ?? 0);
  return (
    <Panel title={overview.online}>
      <Bar
        what={overview.devices}
        state={overview.connected}
        some={online}
        all={devices}
        to="/devices?status=Online"
      />
      <Bar
        what={overview.users}
        state={overview.active}
        some={active}
        all={users}
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

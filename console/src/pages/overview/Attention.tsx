import {
  IconChevronRight,
  IconCircleCheckFilled,
  IconClockX,
  IconHourglass,
  type Icon,
  IconPlugConnectedX,
  IconShieldX,
  IconUnlink,
} from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { overview } from '#texts/overview';
import classes from './overview.module.css';
import { Panel } from './Panel.tsx';
import { counts, gateways, resources } from './queries.ts';

interface Matter {
  count: number;
  text: (count: number) => string;
  icon: Icon;
  tone: 'bad' | 'warn' | 'info';
  to: string;
}

function useMatters(): Matter[] | null {
  const [down, unserved, expired, notCompliant] = useQueries({
    queries: [gateways, resources, counts.expired, counts.notCompliant],
  });
  if (!down.data || !unserved.data || !expired.data || !notCompliant.data) return null;
  const having = (...statuses: string[]) =>
    down.data.body.data.filter(({ status }) => statuses.includes(status)).length;
  return [
    {
      count: having('OFFLINE', 'ERROR'),
      text: overview.gatewaysDown,
      icon: IconPlugConnectedX,
      tone: 'bad',
      to: '/gateways?status=OFFLINE,ERROR',
    },
    {
      count: unserved.data.body.data.filter((each) => each.gateways.length === 0).length,
      text: overview.withoutGateway,
      icon: IconUnlink,
      tone: 'warn',
      to: '/resources?status=OFFLINE',
    },
    {
      count: notCompliant.data.body.total,
      text: overview.notCompliant,
      icon: IconShieldX,
      tone: 'warn',
      to: '/devices?posture.compliant=false',
    },
    {
      count: expired.data.body.total,
      text: overview.expired,
      icon: IconClockX,
      tone: 'warn',
      to: '/users?status=EXPIRED',
    },
    {
      count: having('PENDING'),
      text: overview.gatewaysPending,
      icon: IconHourglass,
      tone: 'info',
      to: '/gateways?status=PENDING',
    },
  ];
}

/** What somebody should look at, the gravest first, each with the way to it. */
export function Attention() {
  const matters = useMatters()?.filter(({ count }) => count > 0);
  return (
    <Panel title={overview.attention}>
      {matters?.length === 0 && <AllGood />}
      <ul className={classes['matters']}>
        {matters?.map(({ count, text, icon: Glyph, tone, to }) => (
          <li key={to}>
            <Link to={to} data-tone={tone}>
              <Glyph size={17} aria-hidden />
              <span>{text(count)}</span>
              <IconChevronRight size={15} aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function AllGood() {
  return (
    <div className={classes['good']}>
      <IconCircleCheckFilled size={20} aria-hidden />
      <div>
        <strong>{overview.allGood}</strong>
        <div data-dimmed>{overview.allGoodHint}</div>
      </div>
    </div>
  );
}

import { Anchor } from '@mantine/core';
import { IconChevronRight, IconCircleCheckFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { overview } from '#texts/overview';
import { type Attention as Entry, matterOf } from './matters.ts';
import classes from './overview.module.css';
import { Panel } from './Panel.tsx';
import { overviewQuery, policiesOf } from './queries.ts';

/** What somebody should look at, the gravest first, each with the way to it. */
export function Attention() {
  const entries = useQuery(overviewQuery).data?.body.attention;
  return (
    <Panel title={overview.attention}>
      {entries?.length === 0 && <AllGood />}
      <ul className={classes['matters']}>
        {entries?.map((entry) => (
          <li key={`${entry.code} ${entry.kind}`} data-severity={entry.severity}>
            <Matter entry={entry} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Matter({ entry }: { entry: Entry }) {
  const { text, icon: Glyph, to } = matterOf(entry);
  if (to === null) {
    return (
      <div>
        <Glyph size={17} aria-hidden />
        <span>
          {text} <Policies ids={entry.targetIds} />
        </span>
      </div>
    );
  }
  return (
    <Link to={to}>
      <Glyph size={17} aria-hidden />
      <span>{text}</span>
      <IconChevronRight size={15} aria-hidden />
    </Link>
  );
}

/** Some policies by name, each with the way to it. */
function Policies({ ids }: { ids: string[] }) {
  const found = useQuery(policiesOf(ids)).data?.body.data;
  return found?.map(({ id, name }) => (
    <span key={id} className={classes['named']}>
      <Anchor component={Link} to={`/access/policies/${id}`} size="sm" underline="always">
        {name}
      </Anchor>
    </span>
  ));
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

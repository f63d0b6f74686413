import { Anchor, UnstyledButton } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { explain } from '#texts/explain';
import { useState } from 'react';
import classes from './explain.module.css';
import { FindingTree } from './FindingTree.tsx';
import { PathDrawing } from './PathDrawing.tsx';
import type { Access } from './queries.ts';

/** What becomes of packets from one device to one place. */
export function Answer({ access }: { access: Access }) {
  const { allowed, device, user, destination, passedOver } = access;
  const place = destination.resource?.name ?? destination.address;
  const Glyph = allowed ? IconCircleCheckFilled : IconCircleXFilled;
  const say = allowed ? explain.reaches : explain.reachesNot;
  const port = [destination.protocol, destination.port].filter(Boolean).join(' ');
  return (
    <section className={classes['answer']} data-allowed={allowed}>
      <header>
        <Glyph size={24} role="img" aria-label={allowed ? explain.allowed : explain.denied} />
        <div>
          <h2>{say(device.name, place)}</h2>
          <span data-dimmed>
            {explain.of(user.email)} · {destination.address} {port}
          </span>
        </div>
      </header>
      <PathDrawing access={access} />
      <Decision access={access} />
      {passedOver.length > 0 && <PassedOver all={passedOver} />}
    </section>
  );
}

function Decision({ access: { sentence, policy, rule } }: { access: Access }) {
  return (
    <div className={classes['decision']}>
      <h3>{explain.decides}</h3>
      <p>{sentence}</p>
      {policy && (
        <p>
          {explain.byPolicy}{' '}
          <Anchor component={Link} to={`/access/policies/${policy.id}`} size="sm">
            {policy.name}
          </Anchor>
        </p>
      )}
      {rule?.finding && <RuleFound rule={rule} />}
    </div>
  );
}

type Rule = NonNullable<Access['rule']>;

function RuleFound({ rule }: { rule: Rule }) {
  return (
    <div className={classes['rule']}>
      <Anchor component={Link} to={`/access/admission-rules/${rule.id}`} size="sm">
        {explain.ruleOf(rule.name)}
      </Anchor>
      {rule.finding && <FindingTree finding={rule.finding} />}
    </div>
  );
}

function PassedOver({ all }: { all: Access['passedOver'] }) {
  const [every, setEvery] = useState(false);
  const others = all.filter(({ reason }) => reason === 'SOURCE').length;
  const shown = every ? all : all.filter(({ reason }) => reason !== 'SOURCE');
  return (
    <div className={classes['decision']}>
      <h3>{explain.passedOver}</h3>
      <ul className={classes['over']}>
        {shown.map(({ policy, reason, sentence, rule }) => (
          <li key={policy.id}>
            <div>
              <Anchor component={Link} to={`/access/policies/${policy.id}`} size="sm" fw={550}>
                {policy.name}
              </Anchor>
              <span className={classes['reason']}>{explain.reasons[reason]}</span>
            </div>
            <p>{sentence}</p>
            {rule?.finding && <RuleFound rule={rule} />}
          </li>
        ))}
      </ul>
      {others > 0 && (
        <UnstyledButton className={classes['others']} onClick={() => setEvery(!every)}>
          {every ? explain.hideOthers : explain.others(others)}
        </UnstyledButton>
      )}
    </div>
  );
}

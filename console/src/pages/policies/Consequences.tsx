import { Anchor, UnstyledButton } from '@mantine/core';
import { IconArrowsExchange, IconMinus, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { policies } from '#texts/policies';
import { useState } from 'react';
import type { Consequence } from './review.ts';
import classes from './policies.module.css';

const texts = policies.preview;
const few = 3;

const looks = {
  GAINED: { icon: IconPlus, word: texts.gains },
  LOST: { icon: IconMinus, word: texts.loses },
  CHANGED: { icon: IconArrowsExchange, word: texts.changes },
};

/** Devices to which the same happens, and what that is. */
export function Consequences({ of }: { of: Consequence[] }) {
  if (of.length === 0) return null;
  return (
    <ul className={classes['consequences']}>
      {of.map((each) => (
        <li key={each.devices[0]?.id ?? ''}>
          <Devices of={each} />
          <ul>
            {each.differences.map((difference) => (
              <Difference key={difference.resource.id} {...difference} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Devices({ of: { count, devices } }: { of: Consequence }) {
  const [all, setAll] = useState(false);
  const shown = all ? devices : devices.slice(0, few);
  const left = count - shown.length;
  return (
    <div className={classes['who']}>
      {shown.map(({ id, name, user }) => (
        <span key={id}>
          <Anchor component={Link} to={`/users/${user.id}`} size="sm">
            {user.email}
          </Anchor>{' '}
          <span data-dimmed>{name}</span>
        </span>
      ))}
      {left > 0 && (
        <UnstyledButton className={classes['more']} disabled={all} onClick={() => setAll(true)}>
          {texts.others(left)}
        </UnstyledButton>
      )}
    </div>
  );
}

function Difference({ resource, effect, gained, lost }: Consequence['differences'][number]) {
  const { icon: Glyph, word } = looks[effect];
  const parts =
    effect === 'CHANGED' ? [...gained.map((p) => `+ ${p}`), ...lost.map((p) => `− ${p}`)] : [];
  return (
    <li data-effect={effect}>
      <Glyph size={14} aria-hidden />
      <span>
        {word}{' '}
        <Anchor component={Link} to={`/resources/${resource.id}`} size="sm">
          {resource.name}
        </Anchor>
        {parts.length > 0 && <span data-dimmed> {parts.join(', ')}</span>}
      </span>
    </li>
  );
}

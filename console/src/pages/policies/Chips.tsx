import { UnstyledButton } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { policies } from '#texts/policies';
import { useState } from 'react';
import classes from './policies.module.css';

export interface Chip {
  key: string;
  label: string;
  icon: Icon;
  /** Where it leads; nowhere for what stands for all of a kind. */
  to?: string;
}

const few = 4;

/** What a policy names, as links; of many the first ones, until somebody asks for all. */
export function Chips({ chips, otherwise }: { chips: Chip[]; otherwise: string }) {
  const [all, setAll] = useState(false);
  if (chips.length === 0) return <span data-dimmed>{otherwise}</span>;
  const shown = all || chips.length <= few + 1 ? chips : chips.slice(0, few);
  return (
    <span className={classes['chips']}>
      {shown.map(({ key, ...chip }) => (
        <One key={key} {...chip} />
      ))}
      {chips.length > few + 1 && (
        <UnstyledButton className={classes['more']} onClick={() => setAll(!all)}>
          {all ? policies.fewer : policies.more(chips.length - few)}
        </UnstyledButton>
      )}
    </span>
  );
}

function One({ label, icon: Glyph, to }: Omit<Chip, 'key'>) {
  const inside = (
    <>
      <Glyph size={13} aria-hidden />
      <span>{label}</span>
    </>
  );
  return to ? (
    <Link to={to} className={classes['chip']}>
      {inside}
    </Link>
  ) : (
    <span className={classes['chip']} data-all>
      {inside}
    </span>
  );
}

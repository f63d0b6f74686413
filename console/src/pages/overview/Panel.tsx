import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './overview.module.css';

interface PanelProps {
  title: string;
  /** Where all of it is. */
  more?: { label: string; to: string };
  children: ReactNode;
}

export function Panel({ title, more, children }: PanelProps) {
  return (
    <section className={classes['panel']}>
      <header>
        <h2>{title}</h2>
        {more && (
          <Anchor component={Link} to={more.to} size="sm">
            {more.label}
          </Anchor>
        )}
      </header>
      {children}
    </section>
  );
}

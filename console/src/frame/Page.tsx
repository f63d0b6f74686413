import { Anchor, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { common } from '#texts/common';
import { frame } from '#texts/frame';
import { type ReactNode, useEffect } from 'react';
import classes from './page.module.css';

export interface Crumb {
  label: string;
  to: string;
}

interface PageProps {
  title: string;
  /** One line under the title, or a status beside it. */
  hint?: ReactNode;
  /** The pages above this one, the uppermost first. */
  above?: Crumb[];
  /** Buttons at the title's right. */
  actions?: ReactNode;
  children: ReactNode;
}

const nothing: Crumb[] = [];

/** A page's head and body; names the window, too. */
export function Page({ title, hint, above = nothing, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  return (
    <div className={classes['page']}>
      {above.length > 0 && (
        <nav aria-label={frame.breadcrumbs} className={classes['crumbs']}>
          {above.map(({ label, to }) => (
            <Anchor key={to} component={Link} to={to}>
              {label}
            </Anchor>
          ))}
        </nav>
      )}
      <div className={classes['head']}>
        <Title order={1}>{title}</Title>
        {hint && <div className={classes['hint']}>{hint}</div>}
        {actions && <div className={classes['actions']}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

import { Link } from '@tanstack/react-router';
import { common } from '#texts/common';
import { useMe } from '../me/me.ts';
import classes from './frame.module.css';

export function Brand() {
  const { tenant } = useMe();
  return (
    <Link to="/" className={classes['brand']}>
      <img src="/favicon.svg" alt="" width={22} height={22} />
      <span className={classes['product']}>{common.product}</span>
      {tenant.id && <span className={classes['tenant']}>{tenant.name}</span>}
    </Link>
  );
}

import { gateways } from '#texts/gateways';
import type { Gateway } from './gateway.ts';
import classes from './gateways.module.css';

/** The revision that a gateway enforces, and whether that is all it was told. */
export function Revision({ gateway }: { gateway: Gateway }) {
  const { enforcedRevision, status, current } = gateway;
  if (status === 'PENDING') return <span data-dimmed>–</span>;
  const told = current ? gateways.upToDate : gateways.catchingUp;
  return (
    <span className={classes['revision']}>
      {enforcedRevision}
      {status === 'ONLINE' && <span data-behind={!current || undefined}>{told}</span>}
    </span>
  );
}

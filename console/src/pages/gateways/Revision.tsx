import { useQuery } from '@tanstack/react-query';
import { gateways } from '#texts/gateways';
import { recent } from '../../history/queries.ts';
import { useMay } from '../../me/me.ts';
import type { Gateway } from './gateway.ts';
import classes from './gateways.module.css';

/** The revision that a gateway enforces, and whether that is the present one. */
export function Revision({ gateway }: { gateway: Gateway }) {
  const may = useMay();
  const { data } = useQuery({ ...recent(1), enabled: may('AuditController_findAll') });
  const { enforcedRevision, status } = gateway;
  if (status === 'PENDING') return <span data-dimmed>–</span>;
  const behind = Math.max(0, (data?.body.data[0]?.revision ?? 0) - enforcedRevision);
  return (
    <span className={classes['revision']}>
      {enforcedRevision}
      {data && (
        <span data-behind={behind > 0 || undefined}>
          {behind > 0 ? gateways.behind(behind) : gateways.upToDate}
        </span>
      )}
    </span>
  );
}

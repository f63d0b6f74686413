import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { frame } from '#texts/frame';
import type { components } from '../../api/schema.d.ts';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { useMaySetUp } from '../welcome/progress.ts';
import { SetUp } from '../welcome/SetUp.tsx';
import { Attention } from './Attention.tsx';
import { Changes } from './Changes.tsx';
import { Denials } from './Denials.tsx';
import { Gateways } from './Gateways.tsx';
import { Online } from './Online.tsx';
import classes from './overview.module.css';
import { overviewQuery } from './queries.ts';

/** Whoever may not see how all is has come for their own devices. */
export default function OverviewPage() {
  return useMay()('OverviewController_find') ? <Overview /> : <Navigate to="/my-devices" replace />;
}

function Overview() {
  const may = useMay();
  const maySetUp = useMaySetUp();
  const { data } = useQuery(overviewQuery);
  return (
    <Page title={frame.pages.overview}>
      {maySetUp && data && isBeginning(data.body) && <SetUp />}
      <div className={classes['overview']}>
        <Online />
        <Attention />
        <Gateways />
        {may('DenialsController_findAll') && <Denials />}
        {may('AuditController_findAll') && <Changes />}
      </div>
    </Page>
  );
}

/** Whether there is nothing yet of something that everybody needs. */
function isBeginning(all: components['schemas']['Overview']): boolean {
  const { users, devices, gateways, resources, policies } = all;
  // The owner is there from the beginning, and so is the policy that denies all else.
  const isAlone = users.total === 1 || policies === 1;
  return isAlone || devices.total === 0 || resources === 0 || gateways.pending === gateways.total;
}

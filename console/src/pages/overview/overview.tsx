import { frame } from '#texts/frame';
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

const needed = [
  'UsersController_findAll',
  'DevicesController_findByCriteria',
  'GatewaysController_findAll',
  'ResourceController_findAll',
];

export default function OverviewPage() {
  const may = useMay();
  const maySetUp = useMaySetUp();
  const maySeeAll = needed.every(may);
  return (
    <Page title={frame.pages.overview}>
      {maySetUp && <SetUp />}
      <div className={classes['overview']}>
        {maySeeAll && <Online />}
        {maySeeAll && <Attention />}
        {may('GatewaysController_findAll') && <Gateways />}
        {may('DenialsController_findAll') && <Denials />}
        {may('AuditController_findAll') && <Changes />}
      </div>
    </Page>
  );
}

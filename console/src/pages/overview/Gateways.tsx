import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { overview } from '#texts/overview';
import { Empty } from '../../frame/Empty.tsx';
import { useMay } from '../../me/me.ts';
import { GatewayStatus } from '../gateways/GatewayStatus.tsx';
import { Revision } from '../gateways/Revision.tsx';
import classes from './overview.module.css';
import { Panel } from './Panel.tsx';
import { gateways } from './queries.ts';

export function Gateways() {
  const may = useMay();
  const all = useQuery(gateways).data?.body.data;
  const create = may('GatewaysController_create') && (
    <Button component={Link} to="/gateways?do=create" variant="default">
      {overview.createGateway}
    </Button>
  );
  return (
    <Panel title={overview.gateways} more={{ label: overview.allGateways, to: '/gateways' }}>
      {all?.length === 0 && <Empty hint={overview.noGateways} action={create} />}
      <ul className={classes['gateways']}>
        {all?.map((gateway) => (
          <li key={gateway.id}>
            <Anchor component={Link} to={`/gateways/${gateway.id}`} size="sm">
              {gateway.name}
            </Anchor>
            <Revision gateway={gateway} />
            <GatewayStatus status={gateway.status} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

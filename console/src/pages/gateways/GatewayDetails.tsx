import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { common } from '#texts/common';
import { gateways } from '#texts/gateways';
import { useState } from 'react';
import { put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormBody } from '../../form/FormBody.tsx';
import { useForm } from '../../form/useForm.ts';
import { Facts } from '../../frame/Facts.tsx';
import { useMay } from '../../me/me.ts';
import { Time } from '../../time/Time.tsx';
import { editable, type Gateway, written } from './gateway.ts';
import { GatewayInputs } from './GatewayInputs.tsx';
import classes from './gateways.module.css';
import { gateway as gatewayQuery } from './queries.ts';
import { Revision } from './Revision.tsx';

export function GatewayDetails({ gateway, etag }: { gateway: Gateway; etag: string | null }) {
  const may = useMay();
  return (
    <>
      {gateway.error && (
        <Alert
          mb="md"
          color="red"
          icon={<IconAlertTriangle size={16} />}
          title={gateways.told}
          role="alert"
        >
          {gateway.error}
        </Alert>
      )}
      <div className={classes['details']}>
        {may('GatewaysController_update') && <Edit gateway={gateway} etag={etag} />}
        <Facts
          facts={[
            [gateways.endpoint, endpointOf(gateway)],
            [gateways.port, gateway.wireguardPort],
            [gateways.revision, <Revision key="revision" gateway={gateway} />],
            [gateways.relay, gateway.relayEnabled ? gateways.on : gateways.off],
            [gateways.lastOnline, <Time key="seen" at={gateway.lastOnline} />],
            [gateways.deployed, <Time key="deployed" at={gateway.deployedOn} />],
            [gateways.created, <Time key="created" at={gateway.createdAt} />],
          ]}
        />
      </div>
    </>
  );
}

function endpointOf({ endpoint, autoDiscoverEndpoint }: Gateway): string {
  if (!endpoint) return gateways.notKnown;
  return autoDiscoverEndpoint ? gateways.discovered(endpoint) : endpoint;
}

function Edit({ gateway, etag }: { gateway: Gateway; etag: string | null }) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(etag);
  const { id } = gateway;
  const form = useForm(editable(gateway), async (values, attempt) => {
    const answer = await put('/tenants/gateways/{id}', {
      path: { id },
      body: written(values),
      ifMatch: attempt.overwrite ? null : tag,
      ignorePolicyTests: attempt.ignorePolicyTests,
    });
    setTag(answer.etag);
    void queryClient.invalidateQueries();
    told(common.saved);
  });
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...gatewayQuery(id), staleTime: 0 });
    setTag(now.etag);
    form.reset(editable(now.body));
  };
  return (
    <FormBody form={form} reload={() => void reload()}>
      <GatewayInputs form={form} />
    </FormBody>
  );
}

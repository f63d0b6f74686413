import { Switch } from '@mantine/core';
import { gateways } from '#texts/gateways';
import { useState } from 'react';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { useForm } from '../../form/useForm.ts';
import { useMay } from '../../me/me.ts';
import { blank, type Gateway, written } from './gateway.ts';
import { GatewayInputs } from './GatewayInputs.tsx';

interface CreateGatewayProps {
  onClose: () => void;
  onMade: (gateway: Gateway) => void;
}

export function CreateGateway({ onClose, onMade }: CreateGatewayProps) {
  const may = useMay();
  const [relay, setRelay] = useState(false);
  const form = useForm(blank, async (values, { idempotencyKey }) => {
    const { body } = await post('/tenants/gateways', { body: written(values), idempotencyKey });
    const path = { id: body.id };
    if (relay) await post('/tenants/gateways/{id}/enable-relay', { path });
    void queryClient.invalidateQueries();
    onMade(body);
  });
  return (
    <FormDrawer title={gateways.create} action={gateways.create} form={form} onClose={onClose}>
      <GatewayInputs form={form} />
      {may('GatewaysController_enableRelay') && (
        <Switch
          label={gateways.relay}
          description={gateways.relayHint}
          checked={relay}
          onChange={({ currentTarget }) => setRelay(currentTarget.checked)}
        />
      )}
    </FormDrawer>
  );
}

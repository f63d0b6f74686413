import { Alert, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { myDevices } from '#texts/my-devices';
import { useRef, useState } from 'react';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { FormBody } from '../../form/FormBody.tsx';
import { useForm } from '../../form/useForm.ts';
import { Configuration } from './Configuration.tsx';
import { type KeyPair, makeKeys } from './keys.ts';

interface WireguardWayProps {
  onMade: () => void;
  /** The configuration was copied or saved. */
  onSaved: () => void;
  onClose: () => void;
}

interface Made {
  id: string;
  privateKey: string;
}

export function WireguardWay({ onMade, onSaved, onClose }: WireguardWayProps) {
  const [made, setMade] = useState<Made | null>(null);
  const [noCurve, setNoCurve] = useState(false);
  // One pair, however often it has to be sent.
  const keys = useRef<KeyPair | null>(null);
  const form = useForm({ name: '' }, async ({ name }, { idempotencyKey }) => {
    try {
      keys.current ??= await makeKeys();
    } catch {
      setNoCurve(true);
      return;
    }
    const { publicKey, privateKey } = keys.current;
    const answer = await post('/tenants/me/devices', {
      body: { name, publicKey },
      idempotencyKey,
    });
    void queryClient.invalidateQueries();
    setMade({ id: answer.body.id, privateKey });
    onMade();
  });
  if (made) return <Configuration {...made} onSaved={onSaved} onClose={onClose} />;
  return (
    <FormBody form={form} action={myDevices.create}>
      <TextInput
        data-autofocus
        label={myDevices.name}
        description={myDevices.nameHint}
        placeholder={myDevices.namePlaceholder}
        autoComplete="off"
        {...form.text('name')}
        error={form.errorAt('/name') ?? form.errorAt('/publicKey')}
      />
      {noCurve && (
        <Alert color="red" role="alert" icon={<IconAlertTriangle size={16} />}>
          {myDevices.noCurve}
        </Alert>
      )}
    </FormBody>
  );
}

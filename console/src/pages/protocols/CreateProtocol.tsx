import { ActionIcon, Button, Input, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { protocols } from '#texts/protocols';
import { freshKey } from '../../api/fresh.ts';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { type Form, useForm } from '../../form/useForm.ts';
import type { NetworkProtocol } from './protocol.ts';
import classes from './protocols.module.css';

interface WantedPort {
  /** Tells the rows apart while they are edited. */
  key: string;
  protocol: NetworkProtocol['protocol'];
  port: string;
}

interface Wanted {
  name: string;
  ports: WantedPort[];
}

const transports = ['TCP', 'UDP', 'ICMP'];
const blankPort = (): WantedPort => ({ key: freshKey(), protocol: 'TCP', port: '' });

export function CreateProtocol({ onClose }: { onClose: () => void }) {
  const form = useForm<Wanted>(
    { name: '', ports: [blankPort()] },
    async ({ name, ports }, { idempotencyKey }) => {
      const networkProtocols = ports.map(({ protocol, port }) => ({
        protocol,
        port: protocol === 'ICMP' ? null : port.trim(),
      }));
      const body = { name: name.trim() || null, networkProtocols };
      const made = await post('/tenants/protocols', { body, idempotencyKey });
      told(protocols.made(made.body.name));
      void queryClient.invalidateQueries();
      onClose();
    },
  );
  return (
    <FormDrawer title={protocols.create} form={form} action={protocols.create} onClose={onClose}>
      <TextInput
        data-autofocus
        label={protocols.name}
        description={protocols.nameHint}
        placeholder={protocols.namePlaceholder}
        maxLength={100}
        {...form.text('name')}
      />
      <Ports form={form} />
    </FormDrawer>
  );
}

function Ports({ form }: { form: Form<Wanted> }) {
  const { ports } = form.values;
  const set = (next: WantedPort[]) => form.set('ports', next);
  const change = (place: number, changed: Partial<WantedPort>) =>
    set(ports.map((each, other) => (other === place ? { ...each, ...changed } : each)));
  return (
    <Input.Wrapper
      role="group"
      label={protocols.networkProtocols}
      labelElement="div"
      description={protocols.networkProtocolsHint}
      error={form.errorAt('/networkProtocols')}
    >
      <div className={classes['ports']}>
        {ports.map((each, place) => (
          <Port
            key={each.key}
            {...{ each, place }}
            error={form.errorAt(`/networkProtocols/${place}/port`)}
            onChange={(changed) => change(place, changed)}
            onRemove={ports.length > 1 ? () => set(ports.toSpliced(place, 1)) : null}
          />
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => set([...ports, blankPort()])}
        >
          {protocols.add}
        </Button>
      </div>
    </Input.Wrapper>
  );
}

interface PortProps {
  each: WantedPort;
  place: number;
  error: string | undefined;
  onChange: (changed: Partial<WantedPort>) => void;
  /** Null for the only one. */
  onRemove: (() => void) | null;
}

function Port({ each: { protocol, port }, place, error, onChange, onRemove }: PortProps) {
  return (
    <div className={classes['port']}>
      <Select
        aria-label={protocols.protocolAt(place + 1)}
        data={transports}
        allowDeselect={false}
        value={protocol}
        onChange={(next) => next && onChange({ protocol: next as WantedPort['protocol'] })}
      />
      <TextInput
        aria-label={protocols.portAt(place + 1)}
        disabled={protocol === 'ICMP'}
        value={protocol === 'ICMP' ? '' : port}
        error={error}
        spellCheck={false}
        onChange={({ currentTarget }) => onChange({ port: currentTarget.value })}
      />
      {onRemove && (
        <ActionIcon size="lg" aria-label={protocols.removeAt(place + 1)} onClick={onRemove}>
          <IconX size={15} />
        </ActionIcon>
      )}
    </div>
  );
}

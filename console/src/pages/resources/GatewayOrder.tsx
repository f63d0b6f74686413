import { ActionIcon, Fieldset, SegmentedControl, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { resources } from '#texts/resources';
import { OnePicker } from '../../form/Picker.tsx';
import { things, where } from '../../form/things.ts';
import type { Form } from '../../form/useForm.ts';
import { GatewayStatus } from '../gateways/GatewayStatus.tsx';
import { gatewaysOf } from '../gateways/queries.ts';
import type { Wanted } from './resource.ts';
import classes from './resources.module.css';

const modes = Object.entries(resources.modes).map(([value, label]) => ({ value, label }));

/** Through which gateways a resource is reached, and in which order. */
export function GatewayOrder({ form }: { form: Form<Wanted> }) {
  const { gateways: chosen, mode } = form.values;
  const { data } = useQuery({ ...gatewaysOf(chosen), placeholderData: keepPreviousData });
  const known = data?.body.data ?? [];
  const set = (next: string[]) => form.set('gateways', next);
  const hint = mode === 'MANUAL' ? resources.gatewaysHint : resources.gatewaysHintAutomatic;
  return (
    <Fieldset legend={resources.gateways} className={classes['gateways']}>
      {chosen.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={resources.loadBalancing}
          data={modes}
          value={mode}
          onChange={(next) => form.set('mode', next as Wanted['mode'])}
        />
      )}
      <Text size="xs" c={chosen.length > 0 ? 'dimmed' : 'var(--warn)'}>
        {chosen.length > 0 ? hint : resources.noGateways}
      </Text>
      <ol className={classes['order']}>
        {chosen.map((id, place) => {
          const gateway = known.find((each) => each.id === id);
          const name = gateway?.name ?? resources.unread;
          const swap = (other: number) =>
            set(chosen.with(place, chosen[other] ?? id).with(other, id));
          return (
            <li key={id}>
              <span>{name}</span>
              {gateway && <GatewayStatus status={gateway.status} />}
              <ActionIcon
                aria-label={resources.up(name)}
                disabled={place === 0 || mode === 'AUTOMATIC'}
                onClick={() => swap(place - 1)}
              >
                <IconArrowUp size={15} />
              </ActionIcon>
              <ActionIcon
                aria-label={resources.down(name)}
                disabled={place === chosen.length - 1 || mode === 'AUTOMATIC'}
                onClick={() => swap(place + 1)}
              >
                <IconArrowDown size={15} />
              </ActionIcon>
              <ActionIcon
                aria-label={resources.removeGateway(name)}
                onClick={() => set(chosen.toSpliced(place, 1))}
              >
                <IconX size={15} />
              </ActionIcon>
            </li>
          );
        })}
      </ol>
      <OnePicker
        aria-label={resources.addGateway}
        placeholder={resources.addGateway}
        from={others(chosen)}
        value={null}
        onChange={(gateway) => gateway && set([...chosen, gateway.id])}
      />
    </Fieldset>
  );
}

/** The gateways that are not chosen yet. */
function others(chosen: string[]) {
  if (chosen.length === 0) return things.gateways;
  return where(things.gateways, { field: 'id', operator: 'nin', value: chosen.join(',') });
}

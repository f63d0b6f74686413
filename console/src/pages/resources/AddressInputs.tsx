import { ActionIcon, Button, Fieldset, MultiSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { resources } from '#texts/resources';
import { useState } from 'react';
import type { Form } from '../../form/useForm.ts';
import { everyProtocol } from '../protocols/queries.ts';
import { portOf, portsOf } from './ports.ts';
import { blankAddress, type Wanted, type WantedAddress } from './resource.ts';
import classes from './resources.module.css';

/** A resource's addresses, each with its protocols. */
export function AddressInputs({ form }: { form: Form<Wanted> }) {
  const { addresses } = form.values;
  const set = (next: WantedAddress[]) => form.set('addresses', next);
  return (
    <Fieldset legend={resources.addresses} className={classes['addresses']}>
      {addresses.map((each, place) => (
        <div key={each.key} className={classes['address']}>
          <TextInput
            aria-label={resources.addressAt(place + 1)}
            placeholder={resources.addressPlaceholder}
            spellCheck={false}
            value={each.address}
            error={form.errorAt(`/addresses/${place}/address`)}
            onChange={({ currentTarget: { value } }) =>
              set(addresses.with(place, { ...each, address: value }))
            }
          />
          {addresses.length > 1 && (
            <ActionIcon
              size="lg"
              aria-label={resources.removeAddress(place + 1)}
              onClick={() => set(addresses.toSpliced(place, 1))}
            >
              <IconX size={15} />
            </ActionIcon>
          )}
          <ProtocolInput
            place={place}
            value={each.protocols}
            error={protocolError(form, place, each.protocols)}
            onChange={(protocols) => set(addresses.with(place, { ...each, protocols }))}
          />
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => set([...addresses, blankAddress()])}
      >
        {resources.addAddress}
      </Button>
    </Fieldset>
  );
}

function protocolError(form: Form<Wanted>, place: number, chosen: string[]): string | undefined {
  const at = `/addresses/${place}/protocols`;
  const each = chosen.map((_, index) => form.errorAt(`${at}/${index}`));
  return form.errorAt(at) ?? form.errorAt(`/addresses/${place}`) ?? each.find(Boolean);
}

interface ProtocolInputProps {
  place: number;
  value: string[];
  error: string | undefined;
  onChange: (value: string[]) => void;
}

function ProtocolInput({ place, value, error, onChange }: ProtocolInputProps) {
  const known = useQuery(everyProtocol).data?.body ?? [];
  const [typed, setTyped] = useState('');
  const ports = new Set([...value.filter(portOf), ...portsOf(typed)]);
  const own = [...ports].map((port) => ({ value: port, label: port }));
  const named = known.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <MultiSelect
      className={classes['protocols']}
      searchable
      clearSearchOnChange
      aria-label={resources.protocolsAt(place + 1)}
      description={place === 0 ? resources.protocolsHint : undefined}
      placeholder={value.length === 0 ? resources.protocolsPlaceholder : undefined}
      nothingFoundMessage={resources.nothingFound}
      data={[...own, ...named]}
      filter={({ options, search }) => {
        const ownPorts = portsOf(search);
        const wanted = search.trim().toLowerCase();
        return options.filter(
          (option) =>
            'value' in option &&
            (ownPorts.includes(option.value) || option.label.toLowerCase().includes(wanted)),
        );
      }}
      maxDropdownHeight={240}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

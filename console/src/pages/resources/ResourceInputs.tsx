import { Input, SegmentedControl, TextInput } from '@mantine/core';
import { resources } from '#texts/resources';
import type { Form } from '../../form/useForm.ts';
import { AddressInputs } from './AddressInputs.tsx';
import { GatewayOrder } from './GatewayOrder.tsx';
import type { Wanted } from './resource.ts';

const types = Object.entries(resources.types).map(([value, label]) => ({ value, label }));

/** The inputs of a resource; its type can be chosen only once. */
export function ResourceInputs({ form, isNew }: { form: Form<Wanted>; isNew: boolean }) {
  const { type } = form.values;
  return (
    <>
      {isNew && (
        <Input.Wrapper label={resources.type} description={resources.typeHints[type]}>
          <SegmentedControl
            fullWidth
            mt={4}
            aria-label={resources.type}
            data={types}
            value={type}
            onChange={(next) => form.set('type', next as Wanted['type'])}
          />
        </Input.Wrapper>
      )}
      <TextInput
        data-autofocus
        required
        label={resources.name}
        description={resources.nameHint}
        {...form.text('name')}
      />
      <TextInput label={resources.description} {...form.text('description')} />
      <AddressInputs form={form} />
      <GatewayOrder form={form} />
    </>
  );
}

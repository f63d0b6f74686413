import { Textarea, TextInput } from '@mantine/core';
import { gateways } from '#texts/gateways';
import type { Form } from '../../form/useForm.ts';
import type { Editable } from './gateway.ts';

export function GatewayInputs({ form }: { form: Form<Editable> }) {
  return (
    <>
      <TextInput
        data-autofocus
        required
        label={gateways.name}
        description={gateways.nameHint}
        {...form.text('name')}
      />
      <Textarea label={gateways.description} autosize minRows={2} {...form.text('description')} />
      <TextInput
        label={gateways.endpoint}
        description={gateways.endpointHint}
        placeholder={gateways.endpointPlaceholder}
        spellCheck={false}
        {...form.text('endpoint')}
      />
      <TextInput
        label={gateways.port}
        description={gateways.portHint}
        inputMode="numeric"
        {...form.text('wireguardPort')}
      />
    </>
  );
}

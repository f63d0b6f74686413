import { Button, Group, Stack } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { common } from '#texts/common';
import type { ReactNode, RefObject } from 'react';
import { confirm } from '../confirm/confirm.ts';
import { Refusal } from './Refusal.tsx';
import type { Form } from './useForm.ts';

interface FormBodyProps<V> {
  form: Form<V>;
  /** What the button says. */
  action?: string;
  children: ReactNode;
  /** Shows what is stored now, after somebody else changed it. */
  reload?: () => void;
  onCancel?: () => void;
  /** The button works without a change: for what is made, not changed. */
  always?: boolean;
  /** The person has said already that what was not saved may be lost. */
  agreed?: RefObject<boolean>;
}

/** Inputs, what the API refused, and the button; guards what is not saved. */
export function FormBody<V>({ form, action = common.save, children, ...more }: FormBodyProps<V>) {
  useBlocker({
    shouldBlockFn: async () =>
      form.dirty && !form.sending && !more.agreed?.current && !(await mayLeave()),
    enableBeforeUnload: () => form.dirty,
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.send();
      }}
    >
      <Stack gap="md">
        {children}
        <Refusal form={form} reload={more.reload} />
        <Group gap="xs" justify={more.onCancel ? 'flex-end' : 'flex-start'}>
          {more.onCancel && (
            <Button variant="default" onClick={more.onCancel}>
              {common.cancel}
            </Button>
          )}
          <Button type="submit" loading={form.sending} disabled={!form.dirty && !more.always}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Ask whether what was not saved may be lost. */
export function mayLeave(): Promise<boolean> {
  return confirm({
    title: common.youHaveChanges,
    body: common.youHaveChangesHint,
    action: common.leave,
    otherwise: common.stay,
    danger: true,
  });
}

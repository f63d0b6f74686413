import { type ComponentProps, useRef } from 'react';
import { SideDialog } from '../frame/dialogs.tsx';
import { FormBody, mayLeave } from './FormBody.tsx';

type FormDrawerProps<V> = Omit<ComponentProps<typeof FormBody<V>>, 'onCancel' | 'agreed'> & {
  title: string;
  onClose: () => void;
};

/** A form in a drawer at the side; rendered only while it is open. */
export function FormDrawer<V>({ title, onClose, ...body }: FormDrawerProps<V>) {
  const agreed = useRef(false);
  const close = async () => {
    // While it is sent, a dialog may ask something above it, and Escape is meant for that.
    if (body.form.sending) return;
    agreed.current = !body.form.dirty || (await mayLeave());
    if (agreed.current) onClose();
  };
  return (
    <SideDialog onClose={() => void close()} title={title}>
      <FormBody {...body} agreed={agreed} onCancel={() => void close()} />
    </SideDialog>
  );
}

import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { common } from '#texts/common';
import { useSyncExternalStore } from 'react';
import { dismiss, presentToasts, subscribe, type Toast } from './toast.ts';
import classes from './toasts.module.css';

/** Shows what `told` and `refused` say; once, in the frame. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, presentToasts);
  return (
    <div className={classes['toasts']} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <Shown key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Shown({ toast }: { toast: Toast }) {
  const Icon = toast.tone === 'done' ? IconCheck : IconAlertTriangle;
  return (
    <div className={classes['toast']} data-tone={toast.tone}>
      <Icon size={16} aria-hidden />
      <span>{toast.text}</span>
      {toast.undo && (
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            toast.undo?.();
            dismiss(toast.id);
          }}
        >
          {common.undo}
        </Button>
      )}
      <ActionIcon size="sm" aria-label={common.dismiss} onClick={() => dismiss(toast.id)}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}

import { Drawer, type DrawerProps, Modal, type ModalProps } from '@mantine/core';
import { common } from '#texts/common';
import { type ReactNode, useEffect, useState } from 'react';

const close = { 'aria-label': common.close };

/** A question or a small form in the middle; rendered only while it is open. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  return (
    <FocusReturned>
      <Modal opened closeButtonProps={close} {...props} />
    </FocusReturned>
  );
}

/** What takes more room, at the side; rendered only while it is open. */
export function SideDialog(props: Omit<DrawerProps, 'opened'>) {
  return (
    <FocusReturned>
      <Drawer opened closeButtonProps={close} {...props} />
    </FocusReturned>
  );
}

/** Gives the focus back to what opened this, once it is gone. */
export function FocusReturned({ children }: { children: ReactNode }) {
  // Asked before this is mounted: a menu's item goes at that moment.
  const [opener] = useState(() => openerOf(document.activeElement));
  useEffect(() => () => void setTimeout(() => giveBack(opener), 0), [opener]);
  return children;
}

/** What has the focus; for an item of a menu, which closes, the menu's button. */
function openerOf(active: Element | null): Element | null {
  const menu = active?.closest('[role=menu]');
  const button = menu?.getAttribute('aria-labelledby');
  return button ? document.querySelector(`#${CSS.escape(button)}`) : active;
}

function giveBack(opener: Element | null): void {
  const content = document.querySelector<HTMLElement>('#content');
  const active = document.activeElement;
  // Somebody may have gone on already.
  if (active && active !== document.body && active !== content) return;
  const isThere = opener instanceof HTMLElement && opener.isConnected;
  (isThere ? opener : content)?.focus({ preventScroll: true });
}

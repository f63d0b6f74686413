import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { myDevices } from '#texts/my-devices';
import classes from './my-devices.module.css';

/** A command to be run elsewhere, and a button that copies it. */
export function Command({ text, what }: { text: string; what: string }) {
  return (
    <div className={classes['command']}>
      <code>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? myDevices.copied : myDevices.copy}>
            <ActionIcon aria-label={myDevices.copyOf(what)} onClick={copy}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}

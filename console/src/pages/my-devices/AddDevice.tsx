import { SegmentedControl, Stack, Text } from '@mantine/core';
import { common } from '#texts/common';
import { myDevices } from '#texts/my-devices';
import { useRef, useState } from 'react';
import { confirm } from '../../confirm/confirm.ts';
import { SideDialog } from '../../frame/dialogs.tsx';
import { ClientWay } from './ClientWay.tsx';
import { WireguardWay } from './WireguardWay.tsx';

const ways = Object.entries(myDevices.ways).map(([value, label]) => ({ value, label }));
const hints = { client: myDevices.clientHint, wireguard: myDevices.wireguardHint };

export function AddDevice({ onClose }: { onClose: () => void }) {
  const [way, setWay] = useState<keyof typeof hints>('client');
  const [made, setMade] = useState(false);
  // A key that nobody has saved would be gone with the drawer.
  const unsaved = useRef(false);
  const close = async () => {
    const sure =
      !unsaved.current ||
      (await confirm({
        title: myDevices.leaveTitle,
        body: myDevices.leaveBody,
        action: myDevices.leave,
        otherwise: common.back,
        danger: true,
      }));
    if (sure) onClose();
  };
  return (
    <SideDialog size="lg" onClose={() => void close()} title={myDevices.add}>
      <Stack gap="md">
        {!made && (
          <>
            <SegmentedControl
              fullWidth
              aria-label={myDevices.waysLabel}
              data={ways}
              value={way}
              onChange={(value) => setWay(value as typeof way)}
            />
            <Text size="sm" c="dimmed">
              {hints[way]}
            </Text>
          </>
        )}
        {way === 'client' ? (
          <ClientWay onMade={() => setMade(true)} onClose={onClose} />
        ) : (
          <WireguardWay
            onMade={() => {
              unsaved.current = true;
              setMade(true);
            }}
            onSaved={() => {
              unsaved.current = false;
            }}
            onClose={onClose}
          />
        )}
      </Stack>
    </SideDialog>
  );
}

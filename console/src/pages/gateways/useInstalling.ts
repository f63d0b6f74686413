import { useState } from 'react';
import { useMay } from '../../me/me.ts';
import type { Gateway } from './gateway.ts';

/**
 * Whether a gateway's page begins with how to install it: while nothing enrolled as it.
 *
 * Stays so when it connects, so that the change is seen where one waits for it.
 */
export function useInstalling({ id, status }: Gateway): boolean {
  const may = useMay();
  const now = status === 'PENDING' && may('GatewaysController_rotateToken');
  const [began, setBegan] = useState({ id, installing: now });
  if (began.id !== id) setBegan({ id, installing: now });
  return began.installing;
}

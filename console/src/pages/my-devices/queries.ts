import { query } from '../../api/query.ts';

export const ownDevices = query('/tenants/me/devices');

export const wireguard = (id: string) =>
  query('/tenants/me/devices/{id}/wireguard', { path: { id } });

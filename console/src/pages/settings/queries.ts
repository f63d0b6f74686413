import type { ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { localPage } from '../../table/local.ts';

export type Settings = components['schemas']['Settings'];

export const settingsQuery = query('/tenants/settings');
export const ownedQuery = query('/tenants/owned-devices');

/** A serial number as a row. */
export interface Serial {
  id: string;
}

const reading = { text: ({ id }: Serial) => id, fields: { serial: ({ id }: Serial) => id } };

export const serialList = (list: ListQuery) => ({
  ...ownedQuery,
  select: ({ body }: { body: components['schemas']['OwnedDevices'] }) =>
    localPage(
      body.serialNumbers.map((id) => ({ id })),
      list,
      reading,
    ),
});

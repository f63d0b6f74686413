import type { ListQuery } from '../../api/list.ts';
import { query } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { localPage } from '../../table/local.ts';
import { portsOf, type Protocol } from './protocol.ts';

export const everyProtocol = query('/tenants/protocols');

const reading = {
  text: (row: Protocol) => `${row.name}\n${portsOf(row)}`,
  fields: {
    name: ({ name }: Protocol) => name,
    type: ({ type }: Protocol) => type,
    createdAt: ({ createdAt }: Protocol) => createdAt,
  },
};

export const protocolList = (list: ListQuery) => ({
  ...everyProtocol,
  select: ({ body }: { body: components['schemas']['Protocol'][] }) =>
    localPage(body, list, reading),
});

import { listQuery } from '../api/list.ts';
import { query, queryClient } from '../api/query.ts';

/** A thing that can be picked: its id, and what people call it. */
export interface Thing {
  id: string;
  name: string;
}

export type Noun = 'users' | 'groups' | 'devices' | 'resources' | 'gateways';

const most = 20;

/** Things of a noun that a text is found in, the first of them. */
export async function search(noun: Noun, text: string, type?: string): Promise<Thing[]> {
  const conditions = type ? [{ field: 'type', operator: 'eq' as const, value: type }] : [];
  const asked = { query: listQuery({ search: text.trim(), limit: most, conditions }) };
  switch (noun) {
    case 'users': {
      const { body } = await queryClient.fetchQuery(query('/tenants/users', asked));
      return body.data.map(({ id, email }) => ({ id, name: email }));
    }
    case 'devices': {
      const { body } = await queryClient.fetchQuery(query('/tenants/devices', asked));
      return body.data.map(({ id, name, user }) => ({ id, name: deviceName(name, user?.email) }));
    }
    case 'groups':
      return (await queryClient.fetchQuery(query('/tenants/groups', asked))).body.data;
    case 'gateways':
      return (await queryClient.fetchQuery(query('/tenants/gateways', asked))).body.data;
    case 'resources':
      return (await queryClient.fetchQuery(query('/tenants/resources', asked))).body.data;
  }
}

/** A device's name with whose it is, since many are called "laptop". */
export function deviceName(name: string, email: string | null | undefined): string {
  return email ? `${name} (${email})` : name;
}

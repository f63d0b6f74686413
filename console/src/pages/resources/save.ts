import { freshKey } from '../../api/fresh.ts';
import { post, put } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { queryClient } from '../../api/query.ts';
import { portOf, sameAs } from './ports.ts';
import { protocols as protocolsQuery } from './queries.ts';
import type { Resource, Wanted, WantedAddress } from './resource.ts';

interface Saving {
  ifMatch?: string | null;
  ignorePolicyTests?: boolean;
  idempotencyKey?: string;
}

/** Make a resource, with the protocols of its own ports, and connect it to its gateways. */
export async function create(values: Wanted, saving: Saving): Promise<Resource> {
  const { name, type, description } = values;
  const addresses = await written(values.addresses);
  const { body } = await post('/tenants/resources', {
    body: { name, type, description: description || null, addresses },
    idempotencyKey: saving.idempotencyKey ?? freshKey(),
  });
  return connect(body, values, saving);
}

/** Change a resource; its gateways only where they differ. */
export async function update(
  resource: Resource,
  values: Wanted,
  saving: Saving,
): Promise<Resource> {
  const { name, description } = values;
  const { body } = await put('/tenants/resources/{id}', {
    path: { id: resource.id },
    body: {
      name,
      description: description || null,
      addresses: await written(values.addresses),
    },
    ifMatch: saving.ifMatch,
    ignorePolicyTests: saving.ignorePolicyTests ?? false,
  });
  return connect(body, values, saving);
}

async function connect(resource: Resource, values: Wanted, saving: Saving): Promise<Resource> {
  const { gateways, mode } = values;
  const path = { id: resource.id };
  const ignorePolicyTests = saving.ignorePolicyTests ?? false;
  const balance = async (body: { mode: Wanted['mode']; gateways: string[] | null }) =>
    (await put('/tenants/resources/{id}/load-balancing', { path, body, ignorePolicyTests })).body;
  let now = resource;
  const present = now.gateways.map(({ id }) => id);
  // Only in MANUAL does the API take all of the gateways at once.
  if (present.join() !== gateways.join()) now = await balance({ mode: 'MANUAL', gateways });
  if (now.loadBalancingMode !== mode) now = await balance({ mode, gateways: null });
  return now;
}

async function written(addresses: WantedAddress[]) {
  // Read anew: a try before this one may have made some.
  const known = await queryClient.fetchQuery({ ...protocolsQuery, staleTime: 0 });
  const protocols = [...known.body];
  const idOf = async (value: string, place: number): Promise<string> => {
    const port = portOf(value);
    if (!port) return value;
    const same = sameAs(port, protocols);
    if (same) return same.id;
    const made = await makeProtocol(port, place);
    protocols.push(made);
    return made.id;
  };
  const all = [];
  for (const [place, { id, address, protocols: chosen }] of addresses.entries()) {
    const ids = [];
    // In turn, so that a port that stands twice is made once.
    // oxlint-disable-next-line no-await-in-loop
    for (const value of chosen) ids.push(await idOf(value, place));
    all.push({ id, address, protocols: ids });
  }
  return all;
}

async function makeProtocol(port: NonNullable<ReturnType<typeof portOf>>, place: number) {
  try {
    return (await post('/tenants/protocols', { body: { name: null, networkProtocols: [port] } }))
      .body;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const { status, type, title, message } = error;
    const detail = error.errors.values().next().value ?? message;
    const errors = [{ pointer: `/addresses/${place}/protocols`, detail }];
    throw new ApiProblem({ status, type, title, detail: message, errors });
  }
}

import { type Answer, post, put } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { queryClient } from '../../api/query.ts';
import type { Attempt } from '../../form/useForm.ts';
import { resources } from '#texts/resources';
import { everyProtocol } from '../protocols/queries.ts';
import { portOf, sameAs } from './ports.ts';
import type { Resource, Wanted, WantedAddress } from './resource.ts';

/** A resource as it is stored by now. */
export type Stored = Answer<Resource>;

interface Saving extends Attempt {
  /** Told what is stored after each step, so that another try goes on from there. */
  keep: (stored: Stored) => void;
}

/**
 * Make a resource, or change the one that is stored, and connect it to its gateways.
 *
 * These are several requests; where a later one fails, what is thrown tells what is saved already.
 */
export async function save(
  stored: Stored | null,
  values: Wanted,
  saving: Saving,
): Promise<Resource> {
  const addresses = await written(values.addresses, stored?.body.addresses ?? []);
  const { name, type } = values;
  const common = { name, description: values.description || null, addresses };
  const { overwrite, ignorePolicyTests, idempotencyKey, keep } = saving;
  const now = stored
    ? await put('/tenants/resources/{id}', {
        path: { id: stored.body.id },
        body: common,
        ifMatch: overwrite ? null : stored.etag,
        ignorePolicyTests,
      })
    : await post('/tenants/resources', {
        body: { ...common, type },
        ignorePolicyTests,
        idempotencyKey,
      });
  keep(now);
  try {
    return await connect(now.body, values, saving);
  } catch (error) {
    void queryClient.invalidateQueries();
    throw retold(error, (detail) => resources.partly(now.body.name, detail));
  }
}

async function connect(resource: Resource, values: Wanted, saving: Saving): Promise<Resource> {
  const { gateways, mode } = values;
  const { ignorePolicyTests, keep } = saving;
  const path = { id: resource.id };
  const balance = async (body: { mode: Wanted['mode']; gateways: string[] | null }) => {
    const sent = { path, body, ignorePolicyTests };
    const now = await put('/tenants/resources/{id}/load-balancing', sent);
    keep(now);
    return now.body;
  };
  let now = resource;
  const present = now.gateways.map(({ id }) => id);
  // Only in MANUAL does the API take all of the gateways at once.
  if (present.join() !== gateways.join()) now = await balance({ mode: 'MANUAL', gateways });
  if (now.loadBalancingMode !== mode) now = await balance({ mode, gateways: null });
  return now;
}

/** The addresses as the API takes them; makes the protocols of ports that have none yet. */
async function written(addresses: WantedAddress[], present: Resource['addresses']) {
  // Read anew: a try before this one may have made some.
  const known = await queryClient.fetchQuery({ ...everyProtocol, staleTime: 0 });
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
    // A try before this one may have given it an id.
    const same = present.find((each) => each.address === address.trim())?.id ?? null;
    all.push({ id: id ?? same, address, protocols: ids });
  }
  return all;
}

async function makeProtocol(port: NonNullable<ReturnType<typeof portOf>>, place: number) {
  try {
    return (await post('/tenants/protocols', { body: { name: null, networkProtocols: [port] } }))
      .body;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const detail = error.errors.values().next().value ?? error.message;
    const errors = [{ pointer: `/addresses/${place}/protocols`, detail }];
    throw new ApiProblem({ ...problemOf(error), errors });
  }
}

/** The same refusal, told in other words. */
function retold(error: unknown, tell: (detail: string) => string): Error {
  if (!(error instanceof ApiProblem)) {
    return new Error(tell(error instanceof Error ? error.message : String(error)));
  }
  const errors = [...error.errors].map(([pointer, detail]) => ({ pointer, detail }));
  return new ApiProblem({ ...problemOf(error), detail: tell(error.message), errors });
}

const problemOf = ({ status, type, title, message }: ApiProblem) => ({
  status,
  type,
  title,
  detail: message,
});

import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { apiBase } from '../api/base.ts';
import { signInAgain } from '../api/call.ts';
import { ApiProblem } from '../api/problem.ts';

export interface Me {
  id: string;
  kind: 'user' | 'key';
  name: string;
  email: string | null;
  role: string;
  tenant: { id: string; name: string };
  /** The operations that my role may do, by operationId. */
  permissions: string[];
}

async function read(): Promise<Me> {
  const response = await fetch(`${apiBase}/tenants/me`, { credentials: 'same-origin' });
  if (response.status === 401) await signInAgain();
  if (!response.ok) throw await ApiProblem.of(response);
  return (await response.json()) as Me;
}

export const me = queryOptions({ queryKey: ['/tenants/me'], queryFn: read });

export function useMe(): Me {
  return useSuspenseQuery(me).data;
}

export type May = (operationId: string) => boolean;

export function mayOf({ permissions }: Me): May {
  return (operationId) => permissions.includes(operationId);
}

/** What is not allowed is not shown; the API refuses it besides. */
export function useMay(): May {
  return mayOf(useMe());
}

import { useSuspenseQuery } from '@tanstack/react-query';
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
  /** The operations that my role may do, by operationId; null: all. */
  permissions: string[] | null;
}

// Stands in while the controller has no /tenants/me; nothing else knows of it.
const beforeMe: Me = {
  id: '',
  kind: 'key',
  name: 'API key',
  email: null,
  role: 'ADMIN',
  tenant: { id: '', name: 'Gatescale' },
  permissions: null,
};

async function read(): Promise<Me> {
  const response = await fetch(`${apiBase}/tenants/me`, { credentials: 'same-origin' });
  if (response.status === 401) signInAgain();
  if (response.status === 404) return beforeMe;
  if (!response.ok) throw await ApiProblem.of(response);
  return (await response.json()) as Me;
}

export function useMe(): Me {
  return useSuspenseQuery({ queryKey: ['/tenants/me'], queryFn: read }).data;
}

export type May = (operationId: string) => boolean;

/** What is not allowed is not shown; the API refuses it besides. */
export function useMay(): May {
  const { permissions } = useMe();
  return (operationId) => permissions === null || permissions.includes(operationId);
}

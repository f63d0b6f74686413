import { useSyncExternalStore } from 'react';
import { apiBase } from '../api/base.ts';
import { queryClient } from '../api/query.ts';
import { concerns } from './kinds.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

const longestWait = 30_000;
let state: LiveState = 'connecting';
let failures = 0;
const listeners = new Set<() => void>();

let following = false;

/** Follow the tenant's one event stream for as long as the page is open. */
export function followOnce(): void {
  if (!following) follow();
  following = true;
}

function follow(): void {
  const stream = new EventSource(`${apiBase}/tenants/live`);
  stream.addEventListener('open', () => {
    const missed = failures > 0;
    failures = 0;
    become('live');
    if (missed) void queryClient.invalidateQueries();
  });
  stream.addEventListener('change', (event) => {
    const { kinds } = JSON.parse(event.data as string) as { kinds: string[] };
    refresh(new Set(kinds));
  });
  stream.addEventListener('presence', () => refresh(new Set(['device', 'gateway', 'session'])));
  stream.addEventListener('denial', () => refresh(new Set(['denial'])));
  stream.addEventListener('error', () => {
    failures += 1;
    become('reconnecting');
    if (stream.readyState !== EventSource.CLOSED) return;
    // A refusal closes the stream for good; the browser only tries lost connections again.
    const wait = Math.min(longestWait, 1000 * 2 ** failures);
    setTimeout(follow, wait * (0.5 + Math.random() / 2));
  });
}

function refresh(changed: ReadonlySet<string>): void {
  void queryClient.invalidateQueries({
    predicate: ({ queryKey: [path] }) => typeof path === 'string' && concerns(path, changed),
  });
}

function become(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}

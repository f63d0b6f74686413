import { ApiProblem } from '../api/problem.ts';

export interface Toast {
  id: number;
  text: string;
  tone: 'done' | 'failed';
  undo?: (() => void) | undefined;
}

const shownFor = { done: 6000, failed: 12_000 };
let toasts: readonly Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();

/** Tell what was done, with a way back where there is one. */
export function told(text: string, undo?: () => void): void {
  add({ text, tone: 'done', undo });
}

/** Tell why something could not be done. */
export function refused(error: unknown): void {
  const text =
    error instanceof ApiProblem || error instanceof Error ? error.message : String(error);
  add({ text, tone: 'failed' });
}

export function dismiss(id: number): void {
  become(toasts.filter((toast) => toast.id !== id));
}

export function presentToasts(): readonly Toast[] {
  return toasts;
}

export function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

function add(toast: Omit<Toast, 'id'>): void {
  count += 1;
  const id = count;
  become([...toasts.slice(-3), { ...toast, id }]);
  setTimeout(() => dismiss(id), shownFor[toast.tone]);
}

function become(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of listeners) tell();
}

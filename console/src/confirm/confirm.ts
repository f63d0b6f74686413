/** A question before something that cannot be taken back. */
export interface Question {
  title: string;
  body: string;
  /** What the button says: the verb itself, never "OK". */
  action: string;
  /** What the other button says, where "Cancel" could be read two ways. */
  otherwise?: string;
  /** Has to be typed before the button works; for what is gone for good. */
  typed?: string;
  danger?: boolean;
}

export interface Asked extends Question {
  answer: (yes: boolean) => void;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

/** Ask, and resolve to whether the person said yes. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      become(null);
      resolve(yes);
    };
    become({ ...question, answer });
  });
}

export function presentQuestion(): Asked | null {
  return asked;
}

export function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

function become(next: Asked | null): void {
  asked = next;
  for (const tell of listeners) tell();
}

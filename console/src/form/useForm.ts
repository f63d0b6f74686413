import { freshKey } from '../api/fresh.ts';
import { useRef, useState } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { unclaimed } from './pointers.ts';

/** How to send: what the person decided after a first refusal. */
export interface Attempt {
  /** Do not send `If-Match`. */
  overwrite: boolean;
  /** Send `Gatescale-Policy-Tests: ignore`. */
  ignorePolicyTests: boolean;
  /** The same for every try of what this form makes. */
  idempotencyKey: string;
}

export interface Form<V> {
  values: V;
  set: <K extends keyof V>(name: K, value: V[K]) => void;
  /** Props for an input bound to `/name` of the body. */
  field: <K extends keyof V & string>(
    name: K,
  ) => { value: V[K]; error: string | undefined; onChange: (value: V[K]) => void };
  /** The same for inputs that hand on events. */
  text: <K extends keyof V & string>(
    name: K,
  ) => {
    value: string;
    error: string | undefined;
    onChange: (event: { currentTarget: { value: string } }) => void;
  };
  /** What the API said of a pointer. Asking for it is what takes it out of `rest`. */
  errorAt: (pointer: string) => string | undefined;
  /** What the API said of pointers that no input asks for. */
  rest: () => [pointer: string, detail: string][];
  problem: ApiProblem | Error | null;
  dirty: boolean;
  sending: boolean;
  send: (attempt?: Partial<Attempt>) => Promise<void>;
  /** Begin anew from values. */
  reset: (values: V) => void;
}

/**
 * A form's values, and what the API says of them.
 *
 * `submit` sends them and does what follows success; what it throws is shown. It resolves to
 * `false` where the person thought better of it, and to values where what is stored reads differently.
 */
export function useForm<V extends object>(
  initial: V,
  submit: (values: V, attempt: Attempt) => Promise<V | void | false>,
): Form<V> {
  const [values, setValues] = useState(initial);
  const [start, setStart] = useState(initial);
  const [problem, setProblem] = useState<ApiProblem | Error | null>(null);
  const [sending, setSending] = useState(false);
  const key = useRef(freshKey());
  const claimed = new Set<string>();

  const set: Form<V>['set'] = (name, value) => {
    key.current = freshKey();
    setValues((before) => ({ ...before, [name]: value }));
  };
  const errorAt = (pointer: string) => {
    claimed.add(pointer);
    return problem instanceof ApiProblem ? problem.errors.get(pointer) : undefined;
  };
  const send: Form<V>['send'] = async (attempt = {}) => {
    setSending(true);
    setProblem(null);
    const kept = { overwrite: false, ignorePolicyTests: false, idempotencyKey: key.current };
    try {
      const done = await submit(values, { ...kept, ...attempt });
      if (done) setValues(done);
      if (done !== false) setStart(done || values);
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setSending(false);
    }
  };

  return {
    values,
    set,
    field: (name) => ({
      value: values[name],
      error: errorAt(`/${name}`),
      onChange: (value) => set(name, value),
    }),
    text: (name) => ({
      value: (values[name] as string | null) ?? '',
      error: errorAt(`/${name}`),
      onChange: ({ currentTarget }) => set(name, currentTarget.value as V[typeof name]),
    }),
    errorAt,
    rest: () => (problem instanceof ApiProblem ? unclaimed(problem.errors, claimed) : []),
    problem,
    dirty: JSON.stringify(values) !== JSON.stringify(start),
    sending,
    send,
    reset: (next) => {
      setValues(next);
      setStart(next);
      setProblem(null);
    },
  };
}

import { type KeyboardEvent, type PointerEvent, useState } from 'react';

interface Held {
  id: string;
  from: number;
  to: number;
  by: 'pointer' | 'keys';
}

export interface Dragging {
  held: Held | null;
  /** For the handle of a thing, within a row with the thing's id as `data-place`. */
  handle: (id: string) => {
    onPointerDown: (event: PointerEvent) => void;
    onKeyDown: (event: KeyboardEvent) => void;
  };
}

interface Wanted {
  ids: string[];
  onDrop: (id: string, to: number) => void;
}

/** Moves things of a list by mouse, finger or keys; tells where one was dropped. */
export function useDragging({ ids, onDrop }: Wanted): Dragging {
  const [held, setHeld] = useState<Held | null>(null);

  const take = (id: string, by: Held['by']): Held => {
    const from = ids.indexOf(id);
    const taken = { id, from, to: from, by };
    setHeld(taken);
    return taken;
  };
  const drop = (dropped: Held) => {
    setHeld(null);
    if (dropped.to !== dropped.from) onDrop(dropped.id, dropped.to);
  };
  const follow = (taken: Held, rows: Element | null) => {
    const current = { ...taken };
    const listening = new AbortController();
    const { signal } = listening;
    const move = ({ clientY }: globalThis.PointerEvent) => {
      current.to = placeAt(clientY, rows, current.id);
      setHeld({ ...current });
    };
    const up = () => {
      listening.abort();
      drop(current);
    };
    const cancel = () => {
      listening.abort();
      setHeld(null);
    };
    const onKey = ({ key }: globalThis.KeyboardEvent) => key === 'Escape' && cancel();
    addEventListener('pointermove', move, { signal });
    addEventListener('pointerup', up, { signal });
    addEventListener('pointercancel', cancel, { signal });
    addEventListener('keydown', onKey, { signal });
  };

  const handle = (id: string) => ({
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      event.preventDefault();
      const button = event.currentTarget as HTMLElement;
      button.focus();
      follow(take(id, 'pointer'), button.closest('tbody'));
    },
    onKeyDown: (event: KeyboardEvent) => {
      const mine = held?.id === id && held.by === 'keys' ? held : null;
      const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };
      const step = steps[event.key];
      if (event.key === ' ' || event.key === 'Enter') {
        event.preventDefault();
        if (mine) drop(mine);
        else take(id, 'keys');
      } else if (mine && step !== undefined) {
        event.preventDefault();
        setHeld({ ...mine, to: Math.min(ids.length - 1, Math.max(0, mine.to + step)) });
      } else if (mine && (event.key === 'Escape' || event.key === 'Tab')) {
        setHeld(null);
      }
    },
  });
  return { held, handle };
}

/** How many of the others stand above a height of the window. */
function placeAt(y: number, all: Element | null, id: string): number {
  const rows = [...(all?.querySelectorAll<HTMLElement>('[data-place]') ?? [])];
  return rows.filter((row) => {
    const { top, height } = row.getBoundingClientRect();
    return row.dataset['place'] !== id && top + height / 2 < y;
  }).length;
}

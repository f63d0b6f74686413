import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { zoomed } from './zoom.ts';

interface Point {
  x: number;
  y: number;
}

/** How a picture is looked at: it scrolls in its view, and is drawn larger or smaller. */
export function useZoom(drawn: number) {
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const [view, setView] = useState<HTMLDivElement | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const scale = chosen ?? zoomed.toFit(width, drawn);
  // The point of the view that stays where it is while the scale changes.
  const held = useRef<(Point & { scale: number }) | null>(null);

  const zoom = (factor: number, at?: Point) => {
    if (!view) return;
    held.current = { ...(at ?? { x: view.clientWidth / 2, y: view.clientHeight / 2 }), scale };
    setChosen(zoomed.by(scale, factor));
  };
  const fit = () => setChosen(null);

  useLayoutEffect(() => {
    if (!view || !held.current) return;
    const { x, y, scale: before } = held.current;
    held.current = null;
    view.scrollTo({
      left: ((view.scrollLeft + x) * scale) / before - x,
      top: ((view.scrollTop + y) * scale) / before - y,
      behavior: 'instant',
    });
  }, [view, scale]);

  useWheel(view, zoom);
  useDragging(view);

  const onKeyDown = (event: KeyboardEvent) => {
    const does: Record<string, () => void> = {
      '+': () => zoom(zoomed.step),
      '=': () => zoom(zoomed.step),
      '-': () => zoom(1 / zoomed.step),
      '0': fit,
    };
    const wanted = event.ctrlKey || event.metaKey ? undefined : does[event.key];
    if (!wanted) return;
    event.preventDefault();
    wanted();
  };
  return { ref: setView, measured, scale, zoom, fit, onKeyDown };
}

type Zoom = (factor: number, at: Point) => void;

/** Ctrl and the wheel, which is also what two fingers on a touchpad are. */
function useWheel(view: HTMLElement | null, zoom: Zoom) {
  useEffect(() => {
    const turned = (event: WheelEvent) => {
      if (!event.ctrlKey || !view) return;
      event.preventDefault();
      const { left, top } = view.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      zoom(Math.exp(-event.deltaY / 300), at);
    };
    // React listens passively, and the browser would enlarge the whole page.
    view?.addEventListener('wheel', turned, { passive: false });
    return () => view?.removeEventListener('wheel', turned);
  });
}

/** Where nothing is drawn, a mouse takes the picture and moves it; fingers scroll anyway. */
function useDragging(view: HTMLElement | null) {
  useEffect(() => {
    if (!view) return;
    const pressed = (event: PointerEvent) => {
      const onSomething = (event.target as Element).closest('a, button');
      if (event.pointerType !== 'mouse' || event.button !== 0 || onSomething) return;
      view.setPointerCapture(event.pointerId);
    };
    const moved = (event: PointerEvent) => {
      if (view.hasPointerCapture(event.pointerId)) {
        view.scrollBy(-event.movementX, -event.movementY);
      }
    };
    view.addEventListener('pointerdown', pressed);
    view.addEventListener('pointermove', moved);
    return () => {
      view.removeEventListener('pointerdown', pressed);
      view.removeEventListener('pointermove', moved);
    };
  }, [view]);
}

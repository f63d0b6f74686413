const least = 0.3;
const most = 2;
/** Below this, names cannot be read nor links be hit. */
const readable = 0.8;

const within = (low: number, value: number, high: number) => Math.min(high, Math.max(low, value));

export const zoomed = {
  step: 1.25,
  by: (scale: number, factor: number) => within(least, scale * factor, most),
  /** As wide as the view, if it can be read then. */
  toFit: (view: number, drawn: number) => within(readable, view / drawn, 1.25),
};

import { myDevices } from '#texts/my-devices';
import { useMemo } from 'react';
import { encode } from 'uqr';
import classes from './my-devices.module.css';

/** Clear space around a code that readers need, in modules. */
const margin = 4;

/** A text as a QR code: black on white in either theme, as cameras want it. */
export function QrCode({ text }: { text: string }) {
  const code = useMemo(() => drawn(text), [text]);
  if (!code) return <p className={classes['hint']}>{myDevices.tooLong}</p>;
  return (
    <svg
      className={classes['qr']}
      role="img"
      aria-label={myDevices.qr}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
    >
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}

/** Null: the text does not fit into any QR code. */
function drawn(text: string): { size: number; path: string } | null {
  try {
    const { data, size } = encode(text, { ecc: 'L', border: margin });
    const path = data
      .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
      .join('');
    return { size, path };
  } catch {
    return null;
  }
}

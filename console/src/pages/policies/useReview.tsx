import { type ReactNode, useCallback, useState } from 'react';
import type { Change } from './changes.ts';
import { type Asked, Review } from './Review.tsx';
import { tried } from './review.ts';

export interface Decision {
  ignorePolicyTests: boolean;
}

interface Wanted extends Omit<Asked, 'preview'> {
  changes: Change[];
  /** Which of the changes has the form's values; 0 unless said. */
  own?: number;
}

/** Shows what changes would do and resolves to the decision, or to null if they shall not be made. */
export type ReviewChanges = (wanted: Wanted) => Promise<Decision | null>;

/** Asks before changes are made; the second is the dialog to show. */
export function useReview(): [ReviewChanges, ReactNode] {
  const [asked, setAsked] = useState<(Asked & { answer: (d: Decision | null) => void }) | null>(
    null,
  );
  const review = useCallback(async ({ changes, own = 0, ...shown }: Wanted) => {
    const preview = await tried(changes, own);
    return new Promise<Decision | null>((resolve) => {
      const answer = (decision: Decision | null) => {
        setAsked(null);
        resolve(decision);
      };
      setAsked({ ...shown, preview, answer });
    });
  }, []);
  return [review, asked && <Review {...asked} onAnswer={asked.answer} />];
}

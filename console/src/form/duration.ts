const units = [86_400, 3600, 60];

export interface Duration {
  amount: number;
  /** Seconds of one. */
  unit: number;
}

/** Seconds in the largest unit that leaves no rest; minutes if none does. */
export function inUnits(seconds: number): Duration {
  const unit = units.find((each) => seconds % each === 0) ?? 60;
  return { amount: seconds / unit, unit };
}

import { apiKeys } from '#texts/api-keys';

export type Expiry = keyof typeof apiKeys.expiries;

/** When a key made now expires, for the API; `lastDay` counts where the expiry is `date`. */
export function expiresAt(expiry: Expiry, lastDay: string, now = new Date()): string | null {
  if (expiry === 'never') return null;
  if (expiry === 'date') {
    const end = new Date(`${lastDay}T00:00:00`);
    end.setDate(end.getDate() + 1);
    return end.toISOString();
  }
  const end = new Date(now);
  end.setDate(end.getDate() + Number(expiry));
  return end.toISOString();
}

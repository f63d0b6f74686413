/** End my session in this browser. */
export async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST', credentials: 'same-origin' });
  location.assign('/sign-in');
}

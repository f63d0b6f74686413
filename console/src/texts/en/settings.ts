const devices = (count: number) => (count === 1 ? '1 serial number' : `${count} serial numbers`);

export const settings = {
  tenant: 'Tenant',
  timeZone: 'Time zone',
  timeZoneHint: 'What admission rules mean by the time, unless they name a zone themselves.',
  noZone: 'There is no such time zone',
  postureMaxAge: 'Device reports count for',
  postureMaxAgeHint:
    'A device that has not reported for longer has an unknown state, and rules that ask for it do not hold. 5 minutes to 7 days.',
  units: { 60: 'minutes', 3600: 'hours', 86400: 'days' } as Record<number, string>,
  unit: (label: string) => `${label}: unit`,
  duration: (amount: number, unit: string) =>
    `${amount} ${amount === 1 ? unit.replace(/s$/, '') : unit}`,
  owned: 'Owned devices',
  ownedHint:
    'Serial numbers of the devices that are the company’s own. Admission rules ask for them as device.owned.',
  serial: 'Serial number',
  what: 'serial numbers',
  add: 'Add serial numbers',
  addAction: (count: number) => (count > 0 ? `Add ${devices(count)}` : 'Add'),
  serials: 'Serial numbers',
  serialsHint: 'One a line, at most 50,000 in all. Those that are there already stay as they are.',
  upload: 'Read a file',
  added: (count: number) => `${devices(count)} added.`,
  nothingNew: 'All of them were there already.',
  line: (line: number, text: string, detail: string) => `Line ${line}, ${text}: ${detail}`,
  remove: 'Remove',
  removeTitle: (count: number) => `Remove ${devices(count)}?`,
  removeBody: 'Devices that bear them no longer count as owned, and are judged so at once.',
  removed: (count: number) => `${devices(count)} removed.`,
  ownedEmpty: 'No owned devices yet',
  ownedEmptyHint: 'Paste or upload the serial numbers of your inventory.',
  sessions: 'How long people stay signed in',
  sessionIdle: 'Without doing anything',
  sessionIdleHint:
    'After this long without a request they sign in again. 5 minutes to 7 days; holds at once.',
  sessionLifetime: 'At most',
  sessionLifetimeHint:
    'After this long they sign in again, however much they do. 1 hour to 90 days; counts from the next sign-in on.',
  ways: 'How people sign in',
  passkeys: 'Passkeys always work. They cannot be phished or guessed.',
  allowsPasswords: 'Passwords with a code from an authenticator app',
  allowsPasswordsHint:
    'Before you switch them off, the owner and you need a passkey; add one under My account.',
  allowed: 'Allowed',
  notAllowed: 'Not allowed',
} as const;

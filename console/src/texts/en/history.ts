export const history = {
  when: 'When',
  who: 'Who',
  what: 'What',
  changed: 'Changed',
  empty: 'Nothing happened yet',
  emptyHint: 'Changes will be listed here.',
  by: (name: string) => `by ${name}`,
  all: 'All changes',
  field: 'Field',
  before: 'Before',
  after: 'After',
  nothing: '–',
} as const;

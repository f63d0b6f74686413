export const picker = {
  placeholder: 'Type to search',
  nothing: 'Nothing found',
  searching: 'Searching…',
  more: (shown: number, total: number) => `The first ${shown} of ${total}; type to narrow them.`,
} as const;

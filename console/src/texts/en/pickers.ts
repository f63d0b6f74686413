export const pickers = {
  placeholder: 'Type to search',
  searching: 'Searching…',
  nothing: 'Nothing found',
  more: (shown: number, total: number) => `The first ${shown} of ${total}; type to narrow them.`,
  clear: 'Clear',
} as const;

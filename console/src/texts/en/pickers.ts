export const pickers = {
  searching: 'Searching…',
  nothing: 'Nothing found',
  clear: 'Clear',
} as const;

export const palette = {
  title: 'Search or jump to',
  placeholder: 'Search users, devices, resources, or jump to a page…',
  pages: 'Pages',
  actions: 'Actions',
  users: 'Users',
  devices: 'Devices',
  resources: 'Resources',
  nothing: 'Nothing found',
  results: 'Results',
  inviteUsers: 'Invite users',
} as const;

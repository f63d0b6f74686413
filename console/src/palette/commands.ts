import { IconUserPlus, type Icon } from '@tabler/icons-react';
import { palette } from '#texts/palette';
import { navigation } from '../frame/entries.ts';
import type { May } from '../me/me.ts';

export interface Command {
  id: string;
  section: string;
  label: string;
  detail?: string | null | undefined;
  icon: Icon;
  to: string;
}

/** What can be done from anywhere: a page that opens its form by `?do=…`. */
const actions = [
  {
    label: palette.inviteUsers,
    icon: IconUserPlus,
    to: '/users?do=invite',
    needs: 'UsersController_create',
  },
];

/** The pages and actions that my role has and a text fits. */
export function commands(text: string, may: May): Command[] {
  const pages = navigation.flatMap(({ label: section, entries }) =>
    entries.map((entry) => ({ ...entry, detail: section ?? undefined, section: palette.pages })),
  );
  const all = [...pages, ...actions.map((each) => ({ ...each, section: palette.actions }))];
  const words = text.toLowerCase().split(/\s+/);
  return all
    .filter(({ needs }) => needs === null || may(needs))
    .map((entry): Command => ({ ...entry, id: entry.to }))
    .filter(({ label, detail = '' }) =>
      words.every((word) => `${label} ${detail}`.toLowerCase().includes(word)),
    );
}

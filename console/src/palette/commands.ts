import type { Icon } from '@tabler/icons-react';
import { palette } from '#texts/palette';
import { navigation } from '../frame/entries.ts';
import type { May } from '../me/me.ts';
import type { Action } from './actions.ts';

export interface Command {
  id: string;
  section: string;
  label: string;
  detail?: string | null | undefined;
  icon: Icon;
  to: Action['to'];
}

interface Offered extends Action {
  section: string;
  detail?: string | undefined;
}

const pages: Offered[] = navigation.flatMap(({ label, entries }) =>
  entries.map((entry) => ({ ...entry, detail: label ?? undefined, section: palette.pages })),
);

/** The pages and actions that my role has and a text fits. */
export function commands(text: string, may: May, actions: Action[]): Command[] {
  const all = [...pages, ...actions.map((each) => ({ ...each, section: palette.actions }))];
  const words = text.toLowerCase().split(/\s+/);
  return all
    .filter(({ needs }) => needs === null || may(needs))
    .filter((offered) => words.every((word) => told(offered).includes(word)))
    .map((offered) => ({ ...offered, id: `${offered.section} ${offered.label}` }));
}

function told({ label, detail, also }: Offered): string {
  return [label, detail, also].join(' ').toLowerCase();
}

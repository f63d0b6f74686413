import { UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { frame } from '#texts/frame';
import { useMay } from '../me/me.ts';
import { type Entry, navigation } from './entries.ts';
import classes from './frame.module.css';

/** The pages that my role can use, by section; sections fold. */
export function Navigation() {
  const may = useMay();
  const [folded, setFolded] = useLocalStorage<string[]>({
    key: 'gatescale.folded',
    defaultValue: [],
  });
  const toggle = (label: string) =>
    setFolded(
      folded.includes(label) ? folded.filter((each) => each !== label) : [...folded, label],
    );

  return (
    <nav className={classes['side']} aria-label={frame.navigation}>
      {navigation.map(({ label, entries }) => {
        const shown = entries.filter(({ needs }) => needs === null || may(needs));
        if (shown.length === 0) return null;
        if (label === null) return <Entries key={shown[0]?.to} entries={shown} />;
        const open = !folded.includes(label);
        return (
          <section key={label}>
            <UnstyledButton
              className={classes['section']}
              aria-expanded={open}
              onClick={() => toggle(label)}
            >
              {label}
              <IconChevronDown size={13} aria-hidden />
            </UnstyledButton>
            {open && <Entries entries={shown} />}
          </section>
        );
      })}
    </nav>
  );
}

function Entries({ entries }: { entries: Entry[] }) {
  return (
    <ul className={classes['entries']}>
      {entries.map(({ to, label, icon: Glyph }) => (
        <li key={to}>
          <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
            <Glyph size={16} stroke={1.7} aria-hidden />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}

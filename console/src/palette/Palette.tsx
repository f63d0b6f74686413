import { Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { palette as texts } from '#texts/palette';
import { Fragment, type KeyboardEvent, useEffect, useId, useState } from 'react';
import { useMay } from '../me/me.ts';
import { actions } from './actions.ts';
import { type Command, commands } from './commands.ts';
import { useFound } from './found.ts';
import classes from './palette.module.css';

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** Every page, action and thing by typing: a combobox after WAI-ARIA's pattern. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [settled] = useDebouncedValue(text.trim(), 150);
  const navigate = useNavigate();
  const list = useId();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const offered = commands(text.trim(), useMay(), actions(setColorScheme));
  const all = [...offered, ...useFound(settled)];
  const present = Math.min(chosen, all.length - 1);

  const go = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    if (typeof command.to === 'function') {
      command.to();
      return;
    }
    const url = new URL(command.to, location.origin);
    void navigate({ to: url.pathname, search: Object.fromEntries(url.searchParams) as never });
  };
  const steer = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined) setChosen((present + step + all.length) % all.length);
    else if (event.key === 'Enter') go(all[present]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      padding={0}
      size="lg"
      aria-label={texts.title}
    >
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className={classes['input']}
        leftSection={<IconSearch size={17} aria-hidden />}
        placeholder={texts.placeholder}
        aria-label={texts.title}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={all[present] && `${list}-${present}`}
        value={text}
        onKeyDown={steer}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setChosen(0);
        }}
      />
      <Results {...{ list, all, present }} onGo={go} />
    </Modal>
  );
}

interface ResultsProps {
  list: string;
  all: Command[];
  present: number;
  onGo: (command: Command) => void;
}

function Results({ list, all, present, onGo }: ResultsProps) {
  const id = `${list}-${present}`;
  useEffect(() => {
    void document.querySelector(`#${CSS.escape(id)}`)?.scrollIntoView({ block: 'nearest' });
  });
  return (
    <div id={list} role="listbox" aria-label={texts.results} className={classes['results']}>
      {all.map((command, place) => (
        <Fragment key={command.id}>
          {command.section !== all[place - 1]?.section && (
            <div className={classes['section']} role="presentation">
              {command.section}
            </div>
          )}
          {/* The input keeps the focus and hears the keys. */}
          {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
          <div
            id={`${list}-${place}`}
            role="option"
            aria-selected={place === present}
            className={classes['option']}
            onClick={() => onGo(command)}
          >
            <command.icon size={16} stroke={1.7} aria-hidden />
            <span>{command.label}</span>
            {command.detail && <small>{command.detail}</small>}
          </div>
        </Fragment>
      ))}
      {all.length === 0 && (
        <div className={classes['section']} role="presentation">
          {texts.nothing}
        </div>
      )}
    </div>
  );
}

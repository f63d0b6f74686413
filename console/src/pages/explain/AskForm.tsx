import { Autocomplete, Button, TextInput } from '@mantine/core';
import { explain } from '#texts/explain';
import { useState } from 'react';
import { type Thing, things } from '../../form/things.ts';
import { useFound } from '../../form/useFound.ts';
import classes from './explain.module.css';
import { fromInput, toInput } from './moments.ts';
import type { Question } from './queries.ts';

interface AskFormProps {
  question: Question;
  /** What the one who asks sees as "who": an email or a device's name. */
  who: string;
  onAsk: (question: Question) => void;
}

/** Who, where to, and when. */
export function AskForm({ question, who: given, onAsk }: AskFormProps) {
  const [who, setWho] = useState(given);
  const [to, setTo] = useState(question.to ?? '');
  const [at, setAt] = useState(toInput(question.at));
  const people = useFound(things.users, nameIn(who)).found;
  const devices = useFound(things.devices, nameIn(who)).found;
  const places = useFound(things.resources, nameIn(to)).found;
  const ask = () => {
    const device = devices.find(({ name }) => name === who)?.id;
    const known = who === given && question.device ? question.device : device;
    const asked =
      who.includes('@') && !known ? { user: who.trim() } : { device: known ?? who.trim() };
    onAsk({ ...asked, to: to.trim(), at: fromInput(at) });
  };
  return (
    <form
      className={classes['ask']}
      onSubmit={(event) => {
        event.preventDefault();
        if (who.trim() && to.trim()) ask();
      }}
    >
      <Autocomplete
        label={explain.who}
        placeholder={explain.whoPlaceholder}
        data={[
          { group: explain.people, items: names(people) },
          { group: explain.devices, items: names(devices) },
        ]}
        value={who}
        onChange={setWho}
      />
      <Autocomplete
        label={explain.to}
        placeholder={explain.toPlaceholder}
        data={names(places)}
        value={to}
        onChange={setTo}
      />
      <TextInput
        type="datetime-local"
        label={explain.at}
        title={explain.atHint}
        value={at}
        onChange={({ currentTarget }) => setAt(currentTarget.value)}
      />
      <Button type="submit" disabled={!who.trim() || !to.trim()}>
        {explain.ask}
      </Button>
    </form>
  );
}

function names(found: Thing[]): string[] {
  return [...new Set(found.map(({ name }) => name))];
}

/** What is in brackets or behind a colon is no part of a name. */
function nameIn(text: string): string {
  return text.replace(/\s*\(.*|:.*/, '');
}

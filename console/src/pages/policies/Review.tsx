import { Anchor, Button, Group, Stack } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCircleCheck,
  IconMinus,
  IconPlus,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { policies } from '#texts/policies';
import { Dialog } from '../../frame/dialogs.tsx';
import { Status } from '../../status/Status.tsx';
import { Consequences } from './Consequences.tsx';
import { countOf, type Preview } from './review.ts';
import classes from './policies.module.css';

const texts = policies.preview;
const marks = { ok: IconPlus, bad: IconMinus, info: IconArrowsExchange };

export interface Asked {
  title: string;
  action: string;
  danger?: boolean;
  preview: Preview;
}

interface ReviewProps extends Asked {
  onAnswer: (decision: { ignorePolicyTests: boolean } | null) => void;
}

/** Who gains and loses what by a change, before it is made. */
export function Review({ title, action, danger = false, preview, onAnswer }: ReviewProps) {
  const isBreaking = preview.brokenTests.length > 0;
  const isGrave = danger || isBreaking;
  return (
    <Dialog size="lg" onClose={() => onAnswer(null)} title={title}>
      <Stack gap="md">
        <Summary preview={preview} />
        <Consequences of={preview.consequences} />
        {isBreaking && <Broken tests={preview.brokenTests} />}
        <Group justify="flex-end" gap="xs">
          <Button
            data-autofocus={isGrave || undefined}
            variant="default"
            onClick={() => onAnswer(null)}
          >
            {texts.cancel}
          </Button>
          <Button
            data-autofocus={!isGrave || undefined}
            color={isGrave ? 'red.9' : 'pine'}
            onClick={() => onAnswer({ ignorePolicyTests: isBreaking })}
          >
            {isBreaking ? texts.anyway : action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Summary({ preview }: { preview: Preview }) {
  const gained = countOf(preview, 'GAINED');
  const lost = countOf(preview, 'LOST');
  const changed = countOf(preview, 'CHANGED');
  if (gained + lost + changed === 0) {
    return (
      <p className={classes['calm']}>
        <IconCircleCheck size={18} aria-hidden />
        {texts.nothing}
      </p>
    );
  }
  return (
    <div className={classes['summary']}>
      {gained > 0 && (
        <Count tone="ok" label={gained === 1 ? texts.gainingOne : texts.gaining(gained)} />
      )}
      {lost > 0 && <Count tone="bad" label={lost === 1 ? texts.losingOne : texts.losing(lost)} />}
      {changed > 0 && (
        <Count tone="info" label={changed === 1 ? texts.changingOne : texts.changing(changed)} />
      )}
    </div>
  );
}

function Count({ tone, label }: { tone: 'ok' | 'bad' | 'info'; label: string }) {
  return <Status tone={tone} icon={marks[tone]} label={label} />;
}

function Broken({ tests }: { tests: Preview['brokenTests'] }) {
  return (
    <div className={classes['broken']} role="alert">
      <IconAlertTriangle size={16} aria-hidden />
      <div>
        <strong>{texts.broken(tests.length)}</strong>
        <p>{texts.brokenHint}</p>
        <ul>
          {tests.map(({ test, counterexamples }) => (
            <li key={test.id}>
              <Anchor component={Link} to={`/access/policy-tests/${test.id}`} size="sm">
                {test.name}
              </Anchor>
              {counterexamples.map(({ sentence }) => (
                <div key={sentence}>{sentence}</div>
              ))}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { rules } from '#texts/rules';
import type { ReactNode } from 'react';
import { OnePicker } from '../../form/Picker.tsx';
import { type Thing, things } from '../../form/things.ts';
import { Status } from '../../status/Status.tsx';
import { FindingTree } from '../explain/FindingTree.tsx';
import type { Checked } from './queries.ts';
import classes from './rules.module.css';
import type { Check } from './useCheck.ts';

interface CheckPanelProps {
  check: Check;
  device: Thing | null;
  /** The expression is shown elsewhere already. */
  isCel: boolean;
  onDevice: (device: Thing | null) => void;
}

/** What a rule says as it is written now, and whether it holds for a device. */
export function CheckPanel({ check, device, isCel, onDevice }: CheckPanelProps) {
  const { said, errors } = check;
  return (
    <aside className={classes['check']}>
      {!isCel && (
        <Section title={rules.asCel}>
          <code className={classes['code']}>
            {said?.rule ?? (errors.size > 0 ? rules.notYet : rules.checking)}
          </code>
        </Section>
      )}
      {said?.warnings.map((warning) => (
        <Alert key={warning} color="yellow" py="xs" icon={<IconAlertTriangle size={16} />}>
          {warning}
        </Alert>
      ))}
      <Section title={rules.tryIt}>
        <OnePicker
          from={things.devices}
          label={rules.device}
          placeholder={rules.anyDevice}
          value={device}
          onChange={onDevice}
        />
        {device && said?.explanation && <Tried explanation={said.explanation} />}
      </Section>
    </aside>
  );
}

function Tried({ explanation }: { explanation: NonNullable<Checked['explanation']> }) {
  const { holds, sentence, finding } = explanation;
  return (
    <div role="status">
      {holds ? (
        <Status tone="ok" icon={IconCircleCheck} label={rules.holds} />
      ) : (
        <Status tone="bad" icon={IconCircleX} label={rules.holdsNot} />
      )}
      {!holds && <p>{sentence}</p>}
      {(holds || finding.parts.length > 0) && <FindingTree finding={finding} />}
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

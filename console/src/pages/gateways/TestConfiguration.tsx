import { Button, Loader, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleX, type Icon } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { gateways } from '#texts/gateways';
import { post } from '../../api/call.ts';
import type { components } from '../../api/schema.d.ts';
import { Status, type Tone } from '../../status/Status.tsx';
import classes from './gateways.module.css';

type Check = components['schemas']['Check'];
type Attempt = components['schemas']['Attempt'];
type Details = components['schemas']['TestDetails'];

const { test } = gateways;
const names = Object.entries(test.checks) as [keyof Details, string][];
const looks: Record<Check['outcome'], [Tone, Icon]> = {
  PASSED: ['ok', IconCircleCheck],
  FAILED: ['bad', IconCircleX],
  SKIPPED: ['idle', IconCircleDashed],
};

/** Tries a gateway, and tells what was found. */
export function TestConfiguration({ id }: { id: string }) {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => post('/tenants/gateways/{id}/test-configuration', { path: { id } }),
  });
  return (
    <div className={classes['test']}>
      <Text size="sm" c="dimmed" maw="42rem">
        {test.idle}
      </Text>
      <div>
        <Button loading={isPending} onClick={() => mutate()}>
          {data ? test.again : test.run}
        </Button>
      </div>
      <div role="status">
        {isPending && <Running />}
        {error && <Text c="var(--bad)">{error.message}</Text>}
        {data && !isPending && <Findings details={data.body.details} />}
      </div>
    </div>
  );
}

function Running() {
  return (
    <div className={classes['progress']} data-state="PENDING">
      <Loader size={20} color="var(--info)" aria-hidden />
      <strong>{test.running}</strong>
    </div>
  );
}

function Findings({ details }: { details: Details }) {
  const failed = names.filter(([name]) => details[name].outcome === 'FAILED').length;
  return (
    <>
      <Text fw={600} mb="xs">
        {failed > 0 ? test.bad(failed) : test.good}
      </Text>
      <ul className={classes['findings']}>
        {names.map(([name, label]) => (
          <Finding key={name} label={label} check={details[name]} />
        ))}
        {details.resources.attempts.map((attempt) => (
          <Finding key={placeOf(attempt)} label={placeOf(attempt)} check={attempt} nested />
        ))}
      </ul>
    </>
  );
}

function placeOf({ resource, address, port }: Attempt): string {
  return test.attempt(resource.name, port ? `${address}:${port}` : address);
}

function Finding({ label, check, nested }: { label: string; check: Check; nested?: boolean }) {
  const [tone, icon] = looks[check.outcome];
  return (
    <li data-nested={nested}>
      <Status tone={tone} icon={icon} label={test.outcomes[check.outcome]} />
      <div>
        <strong>{label}</strong>
        <div>{check.detail}</div>
      </div>
    </li>
  );
}

import { Button, Progress, Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { welcome } from '#texts/welcome';
import { useDoing } from '../../form/useDoing.ts';
import { Loading } from '../../frame/Loading.tsx';
import { Page } from '../../frame/Page.tsx';
import { CreateGateway } from '../gateways/CreateGateway.tsx';
import { Install } from '../gateways/Install.tsx';
import { CreateResource } from '../resources/CreateResource.tsx';
import { InviteDrawer } from '../users/InviteDrawer.tsx';
import { AllowGroup } from './AllowGroup.tsx';
import { type StepName, stepNames, useProgress } from './progress.ts';
import { Step } from './Step.tsx';
import classes from './welcome.module.css';

const { steps } = welcome;

export default function WelcomePage() {
  const progress = useProgress(true);
  const [inviting, invite, endInvite] = useDoing('invite');
  const [creating, create, endCreate] = useDoing('gateway');
  const [adding, add, endAdd] = useDoing('resource');
  if (!progress.isKnown) return <Loading />;
  const [waiting] = progress.gateways;
  const [unconnected] = progress.resources;
  const bodies: Record<StepName, React.ReactNode> = {
    people: <Button onClick={invite}>{steps.people.action}</Button>,
    gateway: waiting ? (
      <Install id={waiting.id} />
    ) : (
      <Button onClick={create}>{steps.gateway.action}</Button>
    ),
    resource: unconnected ? (
      <Button component={Link} to={`/resources/${unconnected.id}?do=edit`}>
        {steps.resource.connect}
      </Button>
    ) : (
      <Button onClick={add}>{steps.resource.action}</Button>
    ),
    policy: <AllowGroup />,
    device: (
      <>
        <Button component={Link} to="/my-devices" variant="default">
          {steps.device.action}
        </Button>
        <Text size="xs" c="dimmed" mt="xs">
          {steps.device.waiting}
        </Text>
      </>
    ),
  };
  return (
    <Page title={welcome.title}>
      <Steps done={told(progress.done)} bodies={bodies} />
      {inviting && <InviteDrawer onClose={endInvite} />}
      {creating && <CreateGateway onClose={endCreate} onMade={endCreate} />}
      {adding && <CreateResource gateway={waiting?.id} onClose={endAdd} onMade={endAdd} />}
    </Page>
  );
}

type Done = Record<StepName, string | null>;

/** How each step was done, in words. */
function told(done: Done): Done {
  const { people, gateway, resource, policy, device } = done;
  return {
    people: people && steps.people.done(Number(people)),
    gateway: gateway && steps.gateway.done(gateway),
    resource: resource && steps.resource.done(resource),
    policy: policy && steps.policy.done(policy),
    device: device && steps.device.done(device),
  };
}

function Steps({ done, bodies }: { done: Done; bodies: Record<StepName, React.ReactNode> }) {
  const [skipped, skip] = useSkipped();
  const next = stepNames.find((name) => done[name] === null && !skipped.includes(name));
  const count = stepNames.filter((name) => done[name] !== null).length;
  return (
    <div className={classes['welcome']}>
      <Text c="dimmed">{next ? welcome.hint : welcome.finishedHint}</Text>
      <div className={classes['progress']}>
        <Progress
          flex={1}
          value={(100 * count) / stepNames.length}
          aria-label={welcome.progressLabel}
        />
        <span role="status">{welcome.progress(count, stepNames.length)}</span>
      </div>
      <ol className={classes['steps']}>
        {stepNames.map((name, place) => (
          <Step
            key={name}
            {...{ name, place: place + 1, done: done[name] }}
            skipped={skipped.includes(name)}
            isNext={name === next}
            onSkip={() => skip(name)}
          >
            {bodies[name]}
          </Step>
        ))}
      </ol>
      <div>
        <Button component={Link} to="/" variant={next ? 'default' : 'filled'}>
          {welcome.later}
        </Button>
      </div>
    </div>
  );
}

/** The steps that were skipped, which stand in the address. */
function useSkipped(): [StepName[], (name: StepName) => void] {
  const { skip = '', ...rest } = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const skipped = stepNames.filter((name) => skip.split(',').includes(name));
  const turn = (name: StepName) => {
    const next = skipped.includes(name)
      ? skipped.filter((each) => each !== name)
      : [...skipped, name];
    const search = { ...rest, skip: next.join(',') };
    void navigate({ to: '.', search: search as never, replace: true, resetScroll: false });
  };
  return [skipped, turn];
}

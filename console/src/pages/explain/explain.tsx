import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { explain } from '#texts/explain';
import { deviceName } from '../../form/things.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Loading } from '../../frame/Loading.tsx';
import { Page } from '../../frame/Page.tsx';
import { Time } from '../../time/Time.tsx';
import { Answer } from './Answer.tsx';
import { AskForm } from './AskForm.tsx';
import classes from './explain.module.css';
import { device as deviceQuery, explanation, type Question } from './queries.ts';

export default function ExplainPage() {
  const { user, device, to, at } = useSearch({ strict: false }) as Question;
  const question = { user, device, to, at };
  const who = useWho(question);
  const navigate = useNavigate();
  const isAsked = Boolean((user ?? device) && to);
  return (
    <Page title={explain.title} hint={explain.hint}>
      <AskForm
        key={`${who} ${to} ${at}`}
        question={question}
        who={who}
        onAsk={(next) => void navigate({ to: '.', search: next as never })}
      />
      {isAsked ? (
        <Answers question={question} />
      ) : (
        <div className={classes['panel']}>
          <Empty title={explain.empty} hint={explain.emptyHint} />
        </div>
      )}
    </Page>
  );
}

/** An email, or a device's name where the address has its id. */
function useWho({ user, device = '' }: Question): string {
  const isId = /^[0-9a-f-]{36}$/.test(device);
  const { data } = useQuery({ ...deviceQuery(device), enabled: isId });
  if (!isId) return user ?? device;
  return data ? deviceName(data.body.name, data.body.user?.email) : '';
}

function Answers({ question }: { question: Question }) {
  const { data, error } = useQuery(explanation(question));
  if (error) {
    return (
      <Alert color="red" icon={<IconAlertTriangle size={16} />} title={explain.failed} role="alert">
        {error.message}
      </Alert>
    );
  }
  if (!data) return <Loading />;
  const { results, at } = data.body;
  if (results.length === 0) {
    return (
      <div className={classes['panel']}>
        <Empty title={explain.noDevices} hint={explain.noDevicesHint} />
      </div>
    );
  }
  return (
    <>
      <div className={classes['asOf']} data-dimmed>
        {question.at ? explain.asOfThen : explain.asOfNow} <Time at={at} />
      </div>
      {results.map((access) => (
        <Answer
          key={`${access.device.id} ${access.destination.address} ${access.destination.port}`}
          access={access}
        />
      ))}
    </>
  );
}

import { Alert, Button } from '@mantine/core';
import { IconLock, IconTrash } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { rules } from '#texts/rules';
import { del } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { confirm } from '../../confirm/confirm.ts';
import { refused, told } from '../../confirm/toast.ts';
import { Facts } from '../../frame/Facts.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { Time } from '../../time/Time.tsx';
import { type Rule, rule as ruleQuery } from './queries.ts';
import { RuleEditor } from './RuleEditor.tsx';
import classes from './rules.module.css';

const route = getRouteApi('/access/admission-rules/$id');
const above = [{ label: rules.title, to: '/access/admission-rules' }];

export default function AdmissionRulePage() {
  const { id } = route.useParams();
  return id === 'new' ? (
    <Page title={rules.newTitle} above={above}>
      <RuleEditor rule={null} etag={null} />
    </Page>
  ) : (
    <Existing key={id} id={id} />
  );
}

function Existing({ id }: { id: string }) {
  const { data } = useSuspenseQuery(ruleQuery(id));
  const may = useMay();
  const rule = data.body;
  const isOwn = rule.type === 'CUSTOM';
  const mayChange = isOwn && may('AdmissionRulesController_update');
  return (
    <Page
      title={rule.name}
      above={above}
      actions={
        isOwn && may('AdmissionRulesController_delete') && <Delete rule={rule} etag={data.etag} />
      }
    >
      {!isOwn && (
        <Alert color="gray" py="xs" icon={<IconLock size={16} />}>
          {rules.builtInHint}
        </Alert>
      )}
      {mayChange ? <RuleEditor rule={rule} etag={data.etag} /> : <Shown rule={rule} />}
    </Page>
  );
}

function Shown({ rule }: { rule: Rule }) {
  return (
    <Facts
      facts={[
        [rules.kind, rule.type === 'CUSTOM' ? rules.custom : rules.builtIn],
        [
          rules.condition,
          <code key="rule" className={classes['code']}>
            {rule.rule}
          </code>,
        ],
        [rules.changed, <Time key="changed" at={rule.updatedAt} />],
      ]}
    />
  );
}

function Delete({ rule: { id, name }, etag }: { rule: Rule; etag: string | null }) {
  const navigate = useNavigate();
  const remove = async () => {
    const sure = await confirm({
      title: rules.removeTitle(name),
      body: rules.removeBody,
      action: rules.remove,
      danger: true,
    });
    if (!sure) return;
    await del('/tenants/admission-rules/{id}', { path: { id }, ifMatch: etag });
    told(rules.removed(name));
    await navigate({ to: '/access/admission-rules' });
    await queryClient.invalidateQueries();
  };
  return (
    <Button
      variant="default"
      c="var(--bad)"
      leftSection={<IconTrash size={15} aria-hidden />}
      onClick={() => void remove().catch(refused)}
    >
      {rules.remove}
    </Button>
  );
}

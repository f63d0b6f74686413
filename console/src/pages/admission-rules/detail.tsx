import { Alert, Button, Tabs } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconTrash } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useSearch } from '@tanstack/react-router';
import { rules } from '#texts/rules';
import { useState } from 'react';
import { del } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { askIfBroken } from '../../confirm/breaking.ts';
import { confirm } from '../../confirm/confirm.ts';
import { refused, told } from '../../confirm/toast.ts';
import type { Thing } from '../../form/things.ts';
import { Facts } from '../../frame/Facts.tsx';
import { Page } from '../../frame/Page.tsx';
import { Events } from '../../history/Events.tsx';
import { useMay } from '../../me/me.ts';
import { Time } from '../../time/Time.tsx';
import { CheckPanel } from './CheckPanel.tsx';
import { isBuiltIn, Kind } from './Kind.tsx';
import { type Rule, rule as ruleQuery } from './queries.ts';
import { EditRule, NewRule } from './RuleEditor.tsx';
import classes from './rules.module.css';
import { useCheck } from './useCheck.ts';

const route = getRouteApi('/access/admission-rules/$id');
const above = [{ label: rules.title, to: '/access/admission-rules' }];
const { tabs } = rules;

export const reads = ({ id }: { id: string }) => (id === 'new' ? [] : [ruleQuery(id)]);

export default function AdmissionRulePage() {
  const { id } = route.useParams();
  return id === 'new' ? (
    <Page title={rules.newTitle} above={above}>
      <NewRule />
    </Page>
  ) : (
    <Existing key={id} id={id} />
  );
}

function Existing({ id }: { id: string }) {
  const { data } = useSuspenseQuery(ruleQuery(id));
  const rule = data.body;
  const may = useMay();
  const navigate = useNavigate();
  const { tab = 'rule' } = useSearch({ strict: false }) as { tab?: string };
  const show = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next ?? undefined } as never, replace: true });
  const mayChange = !isBuiltIn(rule) && may('AdmissionRulesController_update');
  const mayDelete = !isBuiltIn(rule) && may('AdmissionRulesController_delete');
  return (
    <Page
      title={rule.name}
      hint={<Kind rule={rule} />}
      above={above}
      actions={mayDelete && <Delete rule={rule} etag={data.etag} />}
    >
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="rule">{tabs.rule}</Tabs.Tab>
          {may('AuditController_findAll') && <Tabs.Tab value="audit">{tabs.audit}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="rule">
          {mayChange ? <EditRule rule={rule} etag={data.etag} /> : <Shown rule={rule} />}
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Events id={id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Shown({ rule }: { rule: Rule }) {
  const [device, setDevice] = useState<Thing | null>(null);
  const check = useCheck({ rule: rule.rule, deviceId: device?.id ?? null });
  return (
    <div className={classes['editor']}>
      <div>
        {isBuiltIn(rule) && (
          <Alert color="gray" py="xs" mb="md" icon={<IconLock size={16} />}>
            {rules.builtInHint}
          </Alert>
        )}
        {rule.error && (
          <Alert color="red" py="xs" mb="md" icon={<IconAlertTriangle size={16} />}>
            {rules.fault(rule.error.line, rule.error.column, rule.error.detail)}
          </Alert>
        )}
        <Facts
          facts={[
            [
              rules.condition,
              <code key="rule" className={classes['code']}>
                {rule.rule}
              </code>,
            ],
            [rules.changed, <Time key="changed" at={rule.updatedAt} />],
          ]}
        />
      </div>
      <CheckPanel check={check} device={device} isCel onDevice={setDevice} />
    </div>
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
    await askIfBroken((ignorePolicyTests) =>
      del('/tenants/admission-rules/{id}', { path: { id }, ifMatch: etag, ignorePolicyTests }),
    );
    told(rules.removed(name));
    // What was being changed is gone.
    await navigate({ to: '/access/admission-rules', ignoreBlocker: true });
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

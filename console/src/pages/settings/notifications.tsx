import { NumberInput, Switch, Textarea } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { common } from '#texts/common';
import { frame } from '#texts/frame';
import { notifications as texts } from '#texts/notifications';
import { useState } from 'react';
import { put } from '../../api/call.ts';
import { query, queryClient } from '../../api/query.ts';
import type { components } from '../../api/schema.d.ts';
import { told } from '../../confirm/toast.ts';
import { FormBody } from '../../form/FormBody.tsx';
import { linesOf } from '../../form/lines.ts';
import { type Form, useForm } from '../../form/useForm.ts';
import { Facts } from '../../frame/Facts.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { Section } from './Section.tsx';
import classes from './settings.module.css';

type Notifications = components['schemas']['Notifications'];
/** As people edit them: the recipients are lines of a text. */
type Editable = Omit<Notifications, 'recipients'> & { recipients: string };

const notificationsQuery = query('/tenants/notifications');

const editable = (stored: Notifications): Editable => ({
  ...stored,
  recipients: stored.recipients.join('\n'),
});

export const reads = () => [notificationsQuery];

export default function NotificationSettingsPage() {
  const { data } = useSuspenseQuery(notificationsQuery);
  const may = useMay();
  return (
    <Page title={frame.pages.notifications}>
      <div className={classes['narrow']}>
        {may('NotificationsController_update') ? (
          <Edit stored={data.body} etag={data.etag} />
        ) : (
          <Read stored={data.body} />
        )}
      </div>
    </Page>
  );
}

function Read({ stored }: { stored: Notifications }) {
  return (
    <Facts
      facts={[
        [texts.whom, stored.recipients.join(', ') || texts.everyAdmin],
        [texts.gateways, stored.gatewayAlerts ? texts.on : texts.off],
        [texts.seatLimit, stored.seatLimit ?? texts.notWatched],
        [texts.seatThreshold, stored.seatThreshold],
      ]}
    />
  );
}

function Edit({ stored, etag }: { stored: Notifications; etag: string | null }) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(etag);
  const form = useForm(editable(stored), async (values, { overwrite }) => {
    const recipients = linesOf(values.recipients).map(({ text }) => text);
    const body = { ...values, recipients };
    const answer = await put('/tenants/notifications', { body, ifMatch: overwrite ? null : tag });
    setTag(answer.etag);
    void queryClient.invalidateQueries();
    told(common.saved);
  });
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...notificationsQuery, staleTime: 0 });
    setTag(now.etag);
    form.reset(editable(now.body));
  };
  return (
    <FormBody form={form} reload={() => void reload()}>
      <Section title={texts.whom}>
        <Recipients form={form} />
      </Section>
      <Section title={texts.gateways}>
        <Switch
          label={texts.gatewayAlerts}
          description={texts.gatewayAlertsHint}
          checked={form.values.gatewayAlerts}
          error={form.errorAt('/gatewayAlerts')}
          onChange={({ currentTarget }) => form.set('gatewayAlerts', currentTarget.checked)}
        />
      </Section>
      <Section title={texts.seats}>
        <NumberInput
          label={texts.seatLimit}
          description={texts.seatLimitHint}
          allowDecimal={false}
          value={form.values.seatLimit ?? ''}
          error={form.errorAt('/seatLimit')}
          onChange={(value) => form.set('seatLimit', value === '' ? null : Number(value))}
        />
        <NumberInput
          label={texts.seatThreshold}
          description={texts.seatThresholdHint}
          allowDecimal={false}
          value={form.values.seatThreshold}
          error={form.errorAt('/seatThreshold')}
          onChange={(value) => form.set('seatThreshold', Number(value))}
        />
      </Section>
    </FormBody>
  );
}

function Recipients({ form }: { form: Form<Editable> }) {
  const wrong = linesOf(form.values.recipients).flatMap(({ line, text }, place) => {
    const detail = form.errorAt(`/recipients/${place}`);
    return detail ? [texts.line(line, text, detail)] : [];
  });
  const whole = form.errorAt('/recipients');
  return (
    <Textarea
      label={texts.recipients}
      description={texts.recipientsHint}
      placeholder={texts.recipientsPlaceholder}
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
      {...form.text('recipients')}
      error={wrong.length > 0 ? wrong.map((each) => <div key={each}>{each}</div>) : whole}
    />
  );
}

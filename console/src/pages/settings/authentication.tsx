import { Stack, Switch, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { frame } from '#texts/frame';
import { settings as texts } from '#texts/settings';
import { DurationInput } from '../../form/DurationInput.tsx';
import { FormBody } from '../../form/FormBody.tsx';
import { Facts } from '../../frame/Facts.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { inWords } from './inWords.ts';
import { type Settings, settingsQuery } from './queries.ts';
import { Section } from './Section.tsx';
import classes from './settings.module.css';
import { useSettingsForm } from './useSettingsForm.ts';

export const reads = () => [settingsQuery];

export default function AuthenticationSettingsPage() {
  const { data } = useSuspenseQuery(settingsQuery);
  const may = useMay();
  return (
    <Page title={frame.pages.authentication}>
      <div className={classes['narrow']}>
        {may('SettingsController_update') ? (
          <Edit settings={data.body} etag={data.etag} />
        ) : (
          <Read settings={data.body} />
        )}
      </div>
    </Page>
  );
}

function Read({ settings }: { settings: Settings }) {
  return (
    <Facts
      facts={[
        [texts.sessionIdle, inWords(settings.sessionIdle)],
        [texts.sessionLifetime, inWords(settings.sessionLifetime)],
        [texts.allowsPasswords, settings.allowsPasswords ? texts.allowed : texts.notAllowed],
      ]}
    />
  );
}

function Edit({ settings, etag }: { settings: Settings; etag: string | null }) {
  const [form, reload] = useSettingsForm(settings, etag);
  return (
    <FormBody form={form} reload={() => void reload()}>
      <Section title={texts.ways}>
        <Text size="sm">{texts.passkeys}</Text>
        <Switch
          label={texts.allowsPasswords}
          description={texts.allowsPasswordsHint}
          checked={form.values.allowsPasswords}
          error={form.errorAt('/allowsPasswords')}
          onChange={({ currentTarget }) => form.set('allowsPasswords', currentTarget.checked)}
        />
      </Section>
      <Section title={texts.sessions}>
        <Stack gap="md">
          <DurationInput
            label={texts.sessionIdle}
            description={texts.sessionIdleHint}
            {...form.field('sessionIdle')}
          />
          <DurationInput
            label={texts.sessionLifetime}
            description={texts.sessionLifetimeHint}
            {...form.field('sessionLifetime')}
          />
        </Stack>
      </Section>
    </FormBody>
  );
}

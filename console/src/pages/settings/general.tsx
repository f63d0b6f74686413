import { Select } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { frame } from '#texts/frame';
import { settings as texts } from '#texts/settings';
import { DurationInput } from '../../form/DurationInput.tsx';
import { FormBody } from '../../form/FormBody.tsx';
import { Facts } from '../../frame/Facts.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay, useMe } from '../../me/me.ts';
import { inWords } from './inWords.ts';
import { OwnedDevices } from './OwnedDevices.tsx';
import { type Settings, settingsQuery } from './queries.ts';
import { Section } from './Section.tsx';
import classes from './settings.module.css';
import { useSettingsForm } from './useSettingsForm.ts';

const zones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

export const reads = () => [settingsQuery];

export default function GeneralSettingsPage() {
  const { data } = useSuspenseQuery(settingsQuery);
  const { tenant } = useMe();
  const may = useMay();
  return (
    <Page title={frame.pages.general}>
      <Section title={tenant.name}>
        <div className={classes['narrow']}>
          {may('SettingsController_update') ? (
            <Edit settings={data.body} etag={data.etag} />
          ) : (
            <Facts
              facts={[
                [texts.timeZone, data.body.timeZone],
                [texts.postureMaxAge, inWords(data.body.postureMaxAge)],
              ]}
            />
          )}
        </div>
      </Section>
      {may('OwnedDevicesController_find') && <OwnedDevices />}
    </Page>
  );
}

function Edit({ settings, etag }: { settings: Settings; etag: string | null }) {
  const [form, reload] = useSettingsForm(settings, etag);
  const { timeZone } = form.values;
  return (
    <FormBody form={form} reload={() => void reload()}>
      <Select
        searchable
        label={texts.timeZone}
        description={texts.timeZoneHint}
        data={zones.includes(timeZone) ? zones : [timeZone, ...zones]}
        limit={100}
        nothingFoundMessage={texts.noZone}
        allowDeselect={false}
        value={timeZone}
        error={form.errorAt('/timeZone')}
        onChange={(next) => next && form.set('timeZone', next)}
      />
      <DurationInput
        label={texts.postureMaxAge}
        description={texts.postureMaxAgeHint}
        {...form.field('postureMaxAge')}
      />
    </FormBody>
  );
}

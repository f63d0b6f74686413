import { common } from '#texts/common';
import { useState } from 'react';
import { put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { type Form, useForm } from '../../form/useForm.ts';
import { type Settings, settingsQuery } from './queries.ts';

/** A form of the tenant's settings, and how to show what is stored now. */
export function useSettingsForm(
  settings: Settings,
  etag: string | null,
): [Form<Settings>, () => Promise<void>] {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(etag);
  const form = useForm(settings, async (body, { overwrite }) => {
    const answer = await put('/tenants/settings', { body, ifMatch: overwrite ? null : tag });
    setTag(answer.etag);
    void queryClient.invalidateQueries();
    told(common.saved);
  });
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...settingsQuery, staleTime: 0 });
    setTag(now.etag);
    form.reset(now.body);
  };
  return [form, reload];
}

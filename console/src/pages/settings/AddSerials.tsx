import { Button, FileButton, Group, Textarea } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { settings as texts } from '#texts/settings';
import { useState } from 'react';
import { put } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { linesOf } from '../../form/lines.ts';
import { useForm } from '../../form/useForm.ts';
import { ownedQuery } from './queries.ts';

const shownErrors = 10;

/** Serial numbers to add, pasted or read from a file. */
export function AddSerials({ onClose }: { onClose: () => void }) {
  // How many stood before those that are added, and which these were: what pointers count by.
  const [sent, setSent] = useState({ before: 0, lines: linesOf('') });
  const form = useForm({ serials: '' }, async ({ serials }) => {
    const there = await queryClient.fetchQuery({ ...ownedQuery, staleTime: 0 });
    const held = new Set(there.body.serialNumbers.map((each) => each.toLowerCase()));
    const fresh = linesOf(serials).filter(({ text }) => !held.has(text.toLowerCase()));
    setSent({ before: held.size, lines: fresh });
    const serialNumbers = [...there.body.serialNumbers, ...fresh.map(({ text }) => text)];
    await put('/tenants/owned-devices', { body: { serialNumbers }, ifMatch: there.etag });
    told(fresh.length > 0 ? texts.added(fresh.length) : texts.nothingNew);
    void queryClient.invalidateQueries();
    onClose();
  });
  const wrong = sent.lines.flatMap(({ line, text }, place) => {
    const detail = form.errorAt(`/serialNumbers/${sent.before + place}`);
    return detail ? [texts.line(line, text, detail)] : [];
  });
  const read = async (file: File | null) => {
    if (file) form.set('serials', await file.text());
  };
  return (
    <FormDrawer
      title={texts.add}
      form={form}
      action={texts.addAction(linesOf(form.values.serials).length)}
      onClose={onClose}
    >
      <Textarea
        data-autofocus
        label={texts.serials}
        description={texts.serialsHint}
        autosize
        minRows={8}
        maxRows={18}
        spellCheck={false}
        {...form.text('serials')}
        error={
          wrong.length > 0
            ? wrong.slice(0, shownErrors).map((each) => <div key={each}>{each}</div>)
            : form.errorAt('/serialNumbers')
        }
      />
      <Group>
        <FileButton accept=".csv,.txt,text/plain,text/csv" onChange={(file) => void read(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconFileUpload size={16} aria-hidden />}
            >
              {texts.upload}
            </Button>
          )}
        </FileButton>
      </Group>
    </FormDrawer>
  );
}

import { common } from '#texts/common';
import { resources } from '#texts/resources';
import { useState } from 'react';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { useForm } from '../../form/useForm.ts';
import { resource as resourceQuery } from './queries.ts';
import { type Resource, wanted } from './resource.ts';
import { ResourceInputs } from './ResourceInputs.tsx';
import { save, type Stored } from './save.ts';

interface EditResourceProps {
  resource: Resource;
  etag: string | null;
  onClose: () => void;
}

export function EditResource({ resource, etag, onClose }: EditResourceProps) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [stored, keep] = useState<Stored>({ body: resource, etag });
  const form = useForm(wanted(resource), async (values, attempt) => {
    await save(stored, values, { ...attempt, keep });
    void queryClient.invalidateQueries();
    told(common.saved);
    onClose();
  });
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...resourceQuery(resource.id), staleTime: 0 });
    keep(now);
    form.reset(wanted(now.body));
  };
  return (
    <FormDrawer
      title={resources.editTitle(resource.name)}
      form={form}
      reload={() => void reload()}
      onClose={onClose}
    >
      <ResourceInputs form={form} isNew={false} />
    </FormDrawer>
  );
}

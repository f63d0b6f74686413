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
import { update } from './save.ts';

interface EditResourceProps {
  resource: Resource;
  etag: string | null;
  onClose: () => void;
}

export function EditResource({ resource, etag, onClose }: EditResourceProps) {
  // What was read when editing began: news from elsewhere must not make it look newer.
  const [tag, setTag] = useState(etag);
  const form = useForm(wanted(resource), async (values, { overwrite, ignorePolicyTests }) => {
    const ifMatch = overwrite ? null : tag;
    await update(resource, values, { ifMatch, ignorePolicyTests });
    void queryClient.invalidateQueries();
    told(common.saved);
    onClose();
  });
  const reload = async () => {
    const now = await queryClient.fetchQuery({ ...resourceQuery(resource.id), staleTime: 0 });
    setTag(now.etag);
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

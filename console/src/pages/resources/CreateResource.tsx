import { resources } from '#texts/resources';
import { useState } from 'react';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { useForm } from '../../form/useForm.ts';
import { blank, type Resource } from './resource.ts';
import { ResourceInputs } from './ResourceInputs.tsx';
import { save, type Stored } from './save.ts';

interface CreateResourceProps {
  /** The gateway that is chosen to begin with. */
  gateway?: string | undefined;
  onClose: () => void;
  onMade: (resource: Resource) => void;
}

export function CreateResource({ gateway, onClose, onMade }: CreateResourceProps) {
  // Made already, though not all of it was saved.
  const [stored, keep] = useState<Stored | null>(null);
  const form = useForm(blank(gateway), async (values, attempt) => {
    const made = await save(stored, values, { ...attempt, keep });
    void queryClient.invalidateQueries();
    told(resources.made(made.name));
    onMade(made);
  });
  return (
    <FormDrawer title={resources.create} action={resources.create} form={form} onClose={onClose}>
      <ResourceInputs form={form} isNew={stored === null} />
    </FormDrawer>
  );
}

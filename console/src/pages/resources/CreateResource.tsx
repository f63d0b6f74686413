import { resources } from '#texts/resources';
import { queryClient } from '../../api/query.ts';
import { told } from '../../confirm/toast.ts';
import { FormDrawer } from '../../form/FormDrawer.tsx';
import { useForm } from '../../form/useForm.ts';
import { blank, type Resource } from './resource.ts';
import { ResourceInputs } from './ResourceInputs.tsx';
import { create } from './save.ts';

interface CreateResourceProps {
  /** The gateway that is chosen to begin with. */
  gateway?: string | undefined;
  onClose: () => void;
  onMade: (resource: Resource) => void;
}

export function CreateResource({ gateway, onClose, onMade }: CreateResourceProps) {
  const form = useForm(blank(gateway), async (values, { idempotencyKey }) => {
    const made = await create(values, { idempotencyKey });
    void queryClient.invalidateQueries();
    told(resources.made(made.name));
    onMade(made);
  });
  return (
    <FormDrawer title={resources.create} action={resources.create} form={form} onClose={onClose}>
      <ResourceInputs form={form} isNew />
    </FormDrawer>
  );
}

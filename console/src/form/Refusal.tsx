import { Alert, Button, Group, List } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { common } from '#texts/common';
import { ApiProblem } from '../api/problem.ts';
import type { Attempt, Form } from './useForm.ts';

interface Way {
  label: string;
  go: () => void;
}

interface Told {
  title: string;
  body: string;
  ways: Way[];
}

/** Why a form was not taken, and what can be done about it. */
export function Refusal<V>({ form, reload }: { form: Form<V>; reload?: (() => void) | undefined }) {
  const { problem } = form;
  if (!problem) return null;
  // A conflict is about no field: its pointer is that of a header, which nobody filled in.
  const isConflict = problem instanceof ApiProblem && problem.isConflict;
  const rest = isConflict ? [] : form.rest();
  const { title, body, ways } = tell(form, problem, reload);
  const isShownByInputs = problem instanceof ApiProblem && problem.errors.size > rest.length;
  if (isShownByInputs && rest.length === 0 && ways.length === 0) return null;
  return (
    <Alert
      color={ways.length > 0 ? 'yellow' : 'red'}
      icon={<IconAlertTriangle size={16} />}
      title={title}
      role="alert"
    >
      {body}
      {rest.length > 0 && (
        <List size="sm" mt="xs">
          {rest.map(([pointer, detail]) => (
            <List.Item key={pointer}>{common.elsewhere(pointer, detail)}</List.Item>
          ))}
        </List>
      )}
      <Group gap="xs" mt="xs">
        {ways.map(({ label, go }) => (
          <Button key={label} size="compact-sm" variant="default" onClick={go}>
            {label}
          </Button>
        ))}
      </Group>
    </Alert>
  );
}

function tell<V>(form: Form<V>, problem: Error, reload: (() => void) | undefined): Told {
  const again = (attempt: Partial<Attempt>) => () => void form.send(attempt);
  if (problem instanceof ApiProblem && problem.isConflict) {
    const overwrite = { label: common.overwrite, go: again({ overwrite: true }) };
    const ways = reload ? [{ label: common.reload, go: reload }, overwrite] : [overwrite];
    return { title: common.conflictTitle, body: common.conflictHint, ways };
  }
  if (problem instanceof ApiProblem && problem.isBrokenTest) {
    const ways = [{ label: common.saveAnyway, go: again({ ignorePolicyTests: true }) }];
    return { title: common.brokenTestTitle, body: problem.message, ways };
  }
  return { title: common.couldNotSave, body: problem.message, ways: [] };
}

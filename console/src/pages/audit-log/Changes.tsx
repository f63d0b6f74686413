import { Text, VisuallyHidden } from '@mantine/core';
import { auditLog } from '#texts/audit-log';
import classes from './audit-log.module.css';
import { type Change, changes } from './changes.ts';
import type { AuditEvent } from './queries.ts';

/** An event's before and after, field by field. */
export function Changes({ event: { before, after } }: { event: AuditEvent }) {
  const all = changes(before, after);
  if (all.length === 0) return <Text size="sm">{auditLog.noChanges}</Text>;
  return (
    <dl className={classes['changes']}>
      {all.map((change) => (
        <One key={change.field} {...change} />
      ))}
    </dl>
  );
}

function One({ field, removed, added, kept }: Change) {
  return (
    <div>
      <dt>{field}</dt>
      <dd>
        {removed.map((line) => (
          <Line key={line} look="removed" sign="−" words={auditLog.before} line={line} />
        ))}
        {added.map((line) => (
          <Line key={line} look="added" sign="+" words={auditLog.after} line={line} />
        ))}
        {kept > 0 && <div className={classes['kept']}>{auditLog.unchanged(kept)}</div>}
      </dd>
    </div>
  );
}

function Line(props: { look: 'removed' | 'added'; sign: string; words: string; line: string }) {
  return (
    <div className={classes[props.look]}>
      <span aria-hidden>{props.sign}</span>
      <span>
        <VisuallyHidden>{props.words} </VisuallyHidden>
        {props.line}
      </span>
    </div>
  );
}

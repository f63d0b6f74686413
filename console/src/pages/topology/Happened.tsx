import { CloseButton } from '@mantine/core';
import { topology } from '#texts/topology';
import { Deed } from '../../history/Deed.tsx';
import { type AuditEvent, fieldChanges } from '../../history/deed.ts';
import { Time } from '../../time/Time.tsx';
import classes from './topology.module.css';

const { timeline: texts } = topology;
const most = 20;

/** Who did what, and which fields differ since. */
export function Happened({ events, close }: { events: AuditEvent[]; close: () => void }) {
  return (
    <div className={classes['happened']} aria-live="polite">
      <CloseButton aria-label={texts.close} onClick={close} />
      <ul>
        {events.slice(0, most).map((event) => (
          <li key={event.id}>
            <div>
              <Deed event={event} /> <Time at={event.createdAt} />
            </div>
            {event.before && event.after && (
              <dl>
                {fieldChanges(event).map(({ field, before, after }) => (
                  <div key={field}>
                    <dt>{field}</dt>
                    <dd>
                      {texts.was} <del>{before}</del> {texts.is} <ins>{after}</ins>
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ul>
      {events.length > most && texts.more(events.length - most)}
    </div>
  );
}

import { myDevices } from '#texts/my-devices';
import type { components } from '../../api/schema.d.ts';
import { Time } from '../../time/Time.tsx';
import { Command } from './Copy.tsx';
import classes from './my-devices.module.css';

/** What is run on a new device, in its order. */
export function EnrolSteps({ code }: { code: components['schemas']['EnrolmentCode'] }) {
  return (
    <ol className={classes['steps']}>
      <li>
        {myDevices.stepEnrol}
        <Command text={`gatescale enroll ${code.link}`} what={myDevices.stepEnrol} />
        <small>
          {myDevices.linkUntil} <Time at={code.expiresAt} />.
        </small>
      </li>
      <li>
        {myDevices.stepConnect}
        <Command text="gatescale connect" what={myDevices.stepConnect} />
      </li>
    </ol>
  );
}

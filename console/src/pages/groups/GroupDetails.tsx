import { common } from '#texts/common';
import { groups } from '#texts/groups';
import { Facts } from '../../frame/Facts.tsx';
import { Time } from '../../time/Time.tsx';
import { mapping, roleNames } from './columns.tsx';
import type { Group } from './group.ts';
import classes from './groups.module.css';

export function GroupDetails({ group }: { group: Group }) {
  const none = <span data-dimmed>{common.none}</span>;
  return (
    <div className={classes['facts']}>
      <Facts
        facts={[
          [groups.description, group.description ?? none],
          [groups.roles, roleNames(group) || none],
          [groups.maxDevices, group.maxDevices],
          [groups.idpMapping, mapping(group) || none],
          [groups.createdAt, <Time key="created" at={group.createdAt} />],
          ...(group.deleteable ? [] : [[groups.isDefault, groups.defaultHint] as [string, string]]),
        ]}
      />
    </div>
  );
}

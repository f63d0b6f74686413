import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { topology } from '#texts/topology';
import type { ReactNode } from 'react';
import { Status } from '../../status/Status.tsx';
import { GatewayStatus } from '../gateways/GatewayStatus.tsx';
import { healthOf, reachOf } from './health.ts';
import type { Box, Column } from './layout.ts';
import { healthLooks, presenceLooks, reachLooks } from './looks.ts';
import type { Gateway, Group } from './queries.ts';
import classes from './topology.module.css';

interface BoxViewProps {
  box: Box;
  isOpen: boolean;
  gateways: Map<string, Gateway>;
  open: (group: string | undefined) => void;
  more: (of: Column) => void;
  /** Tells which box is looked at. */
  onNear: (id: string | null) => void;
}

export function BoxView(props: BoxViewProps) {
  const { box, onNear } = props;
  const { id, x: left, y: top, width, height } = box;
  return (
    <div
      className={classes['box']}
      data-kind={box.kind}
      style={{ left, top, width, height }}
      onMouseEnter={() => onNear(id)}
      onMouseLeave={() => onNear(null)}
      onFocus={() => onNear(id)}
      onBlur={() => onNear(null)}
    >
      <Inside {...props} />
    </div>
  );
}

function Inside({ box, isOpen, gateways, open, more }: BoxViewProps) {
  switch (box.kind) {
    case 'group':
      return <GroupBox group={box.group} isOpen={isOpen} open={open} />;
    case 'device': {
      const { id, name, online } = box.device;
      return (
        <Named to={`/devices/${id}`} name={name}>
          <Status {...presenceLooks[online ? 'online' : 'offline']} />
        </Named>
      );
    }
    case 'gateway': {
      const { id, name, status } = box.gateway;
      const isBehind = healthOf(box.gateway) === 'behind';
      return (
        <Named to={`/gateways/${id}`} name={name}>
          {isBehind ? <Status {...healthLooks.behind} /> : <GatewayStatus status={status} />}
        </Named>
      );
    }
    case 'resource': {
      const { id, name } = box.resource;
      return (
        <Named to={`/resources/${id}`} name={name}>
          <Status {...reachLooks[reachOf(box.resource, gateways)]} />
        </Named>
      );
    }
    default:
      return (
        <UnstyledButton className={classes['more']} onClick={() => more(box.of)}>
          {box.of === 'devices'
            ? topology.moreDevices(box.count)
            : topology.more[box.of](box.count)}
        </UnstyledButton>
      );
  }
}

function Named({ to, name, children }: { to: string; name: string; children: ReactNode }) {
  return (
    <Link to={to} className={classes['named']} title={name}>
      <span>{name}</span>
      {children}
    </Link>
  );
}

interface GroupBoxProps {
  group: Group;
  isOpen: boolean;
  open: (group: string | undefined) => void;
}

function GroupBox({ group: { id, name, online, total }, isOpen, open }: GroupBoxProps) {
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <UnstyledButton
        className={classes['opener']}
        disabled={total === 0}
        aria-expanded={isOpen}
        aria-label={isOpen ? topology.collapse(name) : topology.expand(name)}
        onClick={() => open(isOpen ? undefined : id)}
      >
        <Chevron size={16} aria-hidden />
      </UnstyledButton>
      <Named to={`/groups/${id}`} name={name}>
        <span className={classes['count']}>
          {total === 0 ? topology.noDevices : topology.online(online, total)}
        </span>
      </Named>
    </>
  );
}

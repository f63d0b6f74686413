import { Button, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconCrown,
  IconDeviceLaptop,
  type Icon,
  IconLogin2,
} from '@tabler/icons-react';
import { common } from '#texts/common';
import { users } from '#texts/users';
import { useState } from 'react';
import { post } from '../../api/call.ts';
import { queryClient } from '../../api/query.ts';
import { confirm } from '../../confirm/confirm.ts';
import { refused, told } from '../../confirm/toast.ts';
import { useMay } from '../../me/me.ts';
import { HandOver, type Made } from './HandOver.tsx';
import { nameOf, type User } from './user.ts';

/** What is done to one user at a time. */
interface Deed {
  label: string;
  icon: Icon;
  needs: string;
  applies: (user: User) => boolean;
  /** What it made, to be handed over. */
  run: (user: User) => Promise<Made | null>;
}

const isActive = ({ status }: User) => status === 'ACTIVE';
const at = ({ id }: User) => ({ path: { id } });

async function makeCode(user: User): Promise<Made> {
  const { body: code } = await post('/tenants/users/{id}/enrolment-codes', at(user));
  return { kind: 'code', code };
}

async function makeLink(user: User): Promise<Made | null> {
  const sure = await confirm({
    title: users.makeLinkTitle(user.email),
    body: users.makeLinkBody,
    action: users.makeLinkAction,
    danger: true,
  });
  if (!sure) return null;
  const { body: link } = await post('/tenants/users/{id}/sign-in-links', at(user));
  return { kind: 'link', link };
}

async function transfer(user: User): Promise<null> {
  const sure = await confirm({
    title: users.transferTitle(user.email),
    body: users.transferBody,
    action: users.transferAction,
    typed: user.email,
    danger: true,
  });
  if (!sure) return null;
  await post('/tenants/users/{id}/transfer-ownership', at(user));
  await queryClient.invalidateQueries();
  told(users.transferred(nameOf(user)));
  return null;
}

const deeds: Deed[] = [
  {
    label: users.makeCode,
    icon: IconDeviceLaptop,
    needs: 'UsersController_createEnrolmentCode',
    applies: isActive,
    run: makeCode,
  },
  {
    label: users.makeLink,
    icon: IconLogin2,
    needs: 'UsersController_createSignInLink',
    applies: isActive,
    run: makeLink,
  },
  {
    label: users.transfer,
    icon: IconCrown,
    needs: 'UsersController_transferOwnership',
    applies: (user) => isActive(user) && !user.isOwner,
    run: transfer,
  },
];

export function MoreActions({ user }: { user: User }) {
  const may = useMay();
  const [made, setMade] = useState<Made | null>(null);
  const possible = deeds.filter(({ needs, applies }) => may(needs) && applies(user));
  return (
    <>
      {possible.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
              {common.more}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {possible.map(({ label, icon: Glyph, run }) => (
              <Menu.Item
                key={label}
                leftSection={<Glyph size={15} aria-hidden />}
                onClick={() => void run(user).then(setMade, refused)}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {made && <HandOver user={user} made={made} onClose={() => setMade(null)} />}
    </>
  );
}

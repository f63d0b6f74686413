import type { MantineColorScheme } from '@mantine/core';
import {
  IconBook,
  IconBuildingBridge,
  IconChecklist,
  IconCloud,
  IconDeviceDesktop,
  IconDeviceMobile,
  IconDevicesPlus,
  type Icon,
  IconKey,
  IconLockAccess,
  IconLogout,
  IconMoon,
  IconRouter,
  IconServer,
  IconSun,
  IconTestPipe,
  IconUserCircle,
  IconUserPlus,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react';
import { palette } from '#texts/palette';
import { signOut } from '../me/signOut.ts';

export interface Action {
  label: string;
  icon: Icon;
  /** The operation that it takes; null: none. */
  needs: string | null;
  /** A page, often one that opens its form by `?do=…`, or what to do at once. */
  to: string | (() => void);
  /** Words by which people look for it besides its label. */
  also?: string;
}

const { does } = palette;
const making = (label: string, icon: Icon, needs: string | null, to: string): Action => ({
  label,
  icon,
  needs,
  to,
  also: palette.making,
});
const addsPolicy = 'PoliciesController_create';

const makings: Action[] = [
  making(does.invite, IconUserPlus, 'UsersController_create', '/users?do=invite'),
  making(does.group, IconUsersGroup, 'GroupsController_create', '/groups?do=create'),
  making(does.gateway, IconRouter, 'GatewaysController_create', '/gateways?do=create'),
  making(does.resource, IconServer, 'ResourceController_create', '/resources?do=create'),
  making(does.private, IconLockAccess, addsPolicy, '/access/private?do=add'),
  making(does.saas, IconCloud, addsPolicy, '/access/saas?do=add'),
  making(does.internet, IconWorld, addsPolicy, '/access/internet?do=add'),
  making(does.siteToSite, IconBuildingBridge, addsPolicy, '/access/site-to-site?do=add'),
  making(
    does.rule,
    IconChecklist,
    'AdmissionRulesController_create',
    '/access/admission-rules/new',
  ),
  making(does.test, IconTestPipe, 'PolicyTestsController_create', '/access/policy-tests?do=create'),
  making(does.key, IconKey, 'ApiKeysController_create', '/settings/api-keys?do=create'),
  making(does.owned, IconDevicesPlus, 'OwnedDevicesController_update', '/settings/general?do=add'),
  making(does.device, IconDeviceMobile, null, '/my-devices?do=add'),
];

const themes: [MantineColorScheme, string, Icon][] = [
  ['light', does.light, IconSun],
  ['dark', does.dark, IconMoon],
  ['auto', does.auto, IconDeviceDesktop],
];

/** What can be done from anywhere. */
export function actions(setTheme: (theme: MantineColorScheme) => void): Action[] {
  return [
    ...makings,
    ...themes.map(([theme, label, icon]): Action => ({
      label,
      icon,
      needs: null,
      to: () => setTheme(theme),
      also: palette.theme,
    })),
    {
      label: does.account,
      icon: IconUserCircle,
      needs: null,
      to: () => location.assign('/account'),
      also: palette.account,
    },
    { label: does.reference, icon: IconBook, needs: null, to: () => location.assign('/docs') },
    {
      label: does.signOut,
      icon: IconLogout,
      needs: null,
      to: () => void signOut(),
      also: palette.signOut,
    },
  ];
}

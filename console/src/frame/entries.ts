import {
  IconActivity,
  IconAdjustments,
  IconBell,
  IconBuildingBridge,
  IconChecklist,
  IconCloud,
  IconDeviceMobile,
  IconDevices,
  IconFileText,
  IconFingerprint,
  IconHome,
  type Icon,
  IconKey,
  IconLockAccess,
  IconPlugConnected,
  IconRouter,
  IconServer,
  IconShieldX,
  IconSitemap,
  IconTestPipe,
  IconUser,
  IconUsersGroup,
  IconWorld,
  IconZoomQuestion,
} from '@tabler/icons-react';
import { frame } from '#texts/frame';

export interface Entry {
  to: string;
  label: string;
  icon: Icon;
  /** The operation that the page cannot do without; null: none. */
  needs: string | null;
}

export interface Section {
  label: string | null;
  entries: Entry[];
}

const { pages, sections } = frame;

/** Every page of the navigation, which is also what the palette offers. */
export const navigation: Section[] = [
  {
    label: null,
    entries: [
      { to: '/', label: pages.overview, icon: IconHome, needs: 'OverviewController_find' },
      { to: '/my-devices', label: pages.myDevices, icon: IconDeviceMobile, needs: null },
    ],
  },
  {
    label: sections.teams,
    entries: [
      { to: '/users', label: pages.users, icon: IconUser, needs: 'UsersController_findAll' },
      {
        to: '/groups',
        label: pages.groups,
        icon: IconUsersGroup,
        needs: 'GroupsController_findAll',
      },
      {
        to: '/devices',
        label: pages.devices,
        icon: IconDevices,
        needs: 'DevicesController_findByCriteria',
      },
    ],
  },
  {
    label: sections.network,
    entries: [
      {
        to: '/gateways',
        label: pages.gateways,
        icon: IconRouter,
        needs: 'GatewaysController_findAll',
      },
      {
        to: '/resources',
        label: pages.resources,
        icon: IconServer,
        needs: 'ResourceController_findAll',
      },
      {
        to: '/protocols',
        label: pages.protocols,
        icon: IconPlugConnected,
        needs: 'ProtocolController_findAll',
      },
    ],
  },
  {
    label: sections.access,
    entries: [
      {
        to: '/access/private',
        label: pages.private,
        icon: IconLockAccess,
        needs: 'PoliciesController_findAll',
      },
      {
        to: '/access/saas',
        label: pages.saas,
        icon: IconCloud,
        needs: 'PoliciesController_findAll',
      },
      {
        to: '/access/internet',
        label: pages.internet,
        icon: IconWorld,
        needs: 'PoliciesController_findAll',
      },
      {
        to: '/access/site-to-site',
        label: pages.siteToSite,
        icon: IconBuildingBridge,
        needs: 'PoliciesController_findAll',
      },
      {
        to: '/access/admission-rules',
        label: pages.admissionRules,
        icon: IconChecklist,
        needs: 'AdmissionRulesController_findAll',
      },
      {
        to: '/access/explain',
        label: pages.explain,
        icon: IconZoomQuestion,
        needs: 'AccessController_explain',
      },
      {
        to: '/access/policy-tests',
        label: pages.policyTests,
        icon: IconTestPipe,
        needs: 'PolicyTestsController_findAll',
      },
    ],
  },
  {
    label: null,
    entries: [
      {
        to: '/topology',
        label: pages.topology,
        icon: IconSitemap,
        needs: 'GatewaysController_findAll',
      },
    ],
  },
  {
    label: sections.activity,
    entries: [
      {
        to: '/activity/sessions',
        label: pages.sessions,
        icon: IconActivity,
        needs: 'DevicesController_findByCriteria',
      },
      {
        to: '/activity/denials',
        label: pages.denials,
        icon: IconShieldX,
        needs: 'DenialsController_findAll',
      },
      {
        to: '/activity/audit-log',
        label: pages.auditLog,
        icon: IconFileText,
        needs: 'AuditController_findAll',
      },
    ],
  },
  {
    label: sections.settings,
    entries: [
      {
        to: '/settings/general',
        label: pages.general,
        icon: IconAdjustments,
        needs: 'SettingsController_find',
      },
      {
        to: '/settings/authentication',
        label: pages.authentication,
        icon: IconFingerprint,
        needs: 'SettingsController_find',
      },
      {
        to: '/settings/notifications',
        label: pages.notifications,
        icon: IconBell,
        needs: 'NotificationsController_find',
      },
      {
        to: '/settings/api-keys',
        label: pages.apiKeys,
        icon: IconKey,
        needs: 'ApiKeysController_findAll',
      },
    ],
  },
];

import type { FetchQueryOptions } from '@tanstack/react-query';
import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { queryClient } from './api/query.ts';
import { Frame } from './frame/Frame.tsx';
import { NotFound } from './frame/NotFound.tsx';
import { type Me, me } from './me/me.ts';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

/** What a page's file holds. */
interface PageFile {
  default: () => React.JSX.Element;
  /** What the page reads before it is shown, by its address and who looks. */
  // Queries differ in what they hold, which nobody looks at here.
  // oxlint-disable-next-line typescript/no-explicit-any
  reads?: (params: { id: string }, who: Me) => FetchQueryOptions<any, any, any, any>[];
}

/** A page at a path; its file is loaded when somebody goes there. */
function page<const P extends string>(path: P, load: () => Promise<PageFile>) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load),
    // What fails here is told by the page, which asks for the same.
    loader: ({ params }) => read(load, params as { id: string }).catch(() => {}),
  });
}

async function read(load: () => Promise<PageFile>, params: { id: string }): Promise<void> {
  const [{ reads }, who] = await Promise.all([load(), queryClient.ensureQueryData(me)]);
  const queries = reads?.(params, who) ?? [];
  await Promise.allSettled(queries.map((each) => queryClient.ensureQueryData(each)));
}

/** Every page of the console. A new page is a line here and a file in `pages/`. */
export const routeTree = root.addChildren([
  page('/', () => import('./pages/overview/overview.tsx')),
  page('/users', () => import('./pages/users/list.tsx')),
  page('/users/$id', () => import('./pages/users/detail.tsx')),
  page('/groups', () => import('./pages/groups/list.tsx')),
  page('/groups/$id', () => import('./pages/groups/detail.tsx')),
  page('/devices', () => import('./pages/devices/list.tsx')),
  page('/devices/$id', () => import('./pages/devices/detail.tsx')),
  page('/gateways', () => import('./pages/gateways/list.tsx')),
  page('/gateways/$id', () => import('./pages/gateways/detail.tsx')),
  page('/resources', () => import('./pages/resources/list.tsx')),
  page('/resources/$id', () => import('./pages/resources/detail.tsx')),
  page('/protocols', () => import('./pages/protocols/list.tsx')),
  page('/access/private', () => import('./pages/policies/private.tsx')),
  page('/access/saas', () => import('./pages/policies/saas.tsx')),
  page('/access/internet', () => import('./pages/policies/internet.tsx')),
  page('/access/site-to-site', () => import('./pages/policies/site-to-site.tsx')),
  page('/access/policies/$id', () => import('./pages/policies/detail.tsx')),
  page('/access/admission-rules', () => import('./pages/admission-rules/list.tsx')),
  page('/access/admission-rules/$id', () => import('./pages/admission-rules/detail.tsx')),
  page('/access/explain', () => import('./pages/explain/explain.tsx')),
  page('/access/policy-tests', () => import('./pages/policy-tests/list.tsx')),
  page('/access/policy-tests/$id', () => import('./pages/policy-tests/detail.tsx')),
  page('/topology', () => import('./pages/topology/topology.tsx')),
  page('/activity/sessions', () => import('./pages/sessions/list.tsx')),
  page('/activity/denials', () => import('./pages/denials/list.tsx')),
  page('/activity/audit-log', () => import('./pages/audit-log/list.tsx')),
  page('/settings/general', () => import('./pages/settings/general.tsx')),
  page('/settings/authentication', () => import('./pages/settings/authentication.tsx')),
  page('/settings/notifications', () => import('./pages/settings/notifications.tsx')),
  page('/settings/api-keys', () => import('./pages/api-keys/list.tsx')),
  page('/my-devices', () => import('./pages/my-devices/list.tsx')),
  page('/welcome', () => import('./pages/welcome/welcome.tsx')),
]);

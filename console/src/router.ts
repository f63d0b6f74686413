import { createRouter } from '@tanstack/react-router';
import { Failed } from './frame/Failed.tsx';
import { Loading } from './frame/Loading.tsx';
import { NotFound } from './frame/NotFound.tsx';
import { routeTree } from './routes.ts';

/** Addresses are read by people and sent in mails: plain texts, no JSON in them. */
export const router = createRouter({
  routeTree,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const plain = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(plain as [string, string][]).toString();
    return text && `?${text}`;
  },
  defaultPreload: 'intent',
  // How old is too old is for the queries to say: a page's file is looked at when it is entered.
  defaultStaleTime: Infinity,
  defaultGcTime: 0,
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: Loading,
  defaultErrorComponent: Failed,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

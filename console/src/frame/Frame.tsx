import { Burger } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { frame } from '#texts/frame';
import { lazy, Suspense, useEffect } from 'react';
import { Confirmation } from '../confirm/Confirmation.tsx';
import { Toasts } from '../confirm/Toasts.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { Brand } from './Brand.tsx';
import { FocusReturned } from './dialogs.tsx';
import classes from './frame.module.css';
import { LiveBadge } from './LiveBadge.tsx';
import { Loading } from './Loading.tsx';
import { Navigation } from './Navigation.tsx';
import { SearchButton } from './SearchButton.tsx';

const loadPalette = () => import('../palette/Palette.tsx');
const Palette = lazy(loadPalette);

/** What is around every page. */
export function Frame() {
  const [menu, { toggle, close }] = useDisclosure(false);
  const [palette, { open: openPalette, close: closePalette }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useHotkeys([['mod+K', openPalette]], []);
  useEffect(close, [path, close]);
  // Who types right after Ctrl-K must not wait for its code.
  useEffect(() => {
    const idle = setTimeout(() => void loadPalette(), 1500);
    return () => clearTimeout(idle);
  }, []);

  return (
    <div className={classes['frame']} data-menu={menu || undefined}>
      <a className={classes['skip']} href="#content">
        {frame.skip}
      </a>
      <header className={classes['bar']}>
        <Burger
          className={classes['burger']}
          opened={menu}
          onClick={toggle}
          size="sm"
          aria-label={frame.menu}
          aria-expanded={menu}
        />
        <Brand />
        <SearchButton onOpen={openPalette} />
        <LiveBadge />
        <AccountMenu />
      </header>
      <Navigation />
      <main id="content" className={classes['content']} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      {palette && (
        <Suspense fallback={null}>
          <FocusReturned>
            <Palette onClose={closePalette} />
          </FocusReturned>
        </Suspense>
      )}
      <Confirmation />
      <Toasts />
    </div>
  );
}

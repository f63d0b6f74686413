import '@mantine/core/styles.layer.css';
import './theme/theme.css';
import { language } from '#texts/language';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/query.ts';
import { me } from './me/me.ts';
import { router } from './router.ts';
import { theme } from './theme/theme.ts';

/** How long nothing is shown at most, in milliseconds, before it is said that something loads. */
const patience = 1000;

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
document.documentElement.lang = language;

async function start(root: Element): Promise<void> {
  // Whatever is shown as loading, React shows for 300 ms at least (its FALLBACK_THROTTLE_MS).
  const ready = Promise.allSettled([queryClient.prefetchQuery(me), router.load()]);
  await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, patience))]);
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce ?? ''}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

const root = document.querySelector('#root');
if (!root) throw new Error('The page has no #root.');
void start(root);

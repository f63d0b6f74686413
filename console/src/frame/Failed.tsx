import { Button } from '@mantine/core';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { common } from '#texts/common';
import { ApiProblem } from '../api/problem.ts';
import { Empty } from './Empty.tsx';
import { NotFound } from './NotFound.tsx';
import { Page } from './Page.tsx';

/** Shown in a page's place when it cannot be shown. */
export function Failed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  if (error instanceof ApiProblem && error.status === 404) return <NotFound />;
  const again = () => {
    queries.reset();
    reset();
    void router.invalidate();
  };
  return (
    <Page title={common.failed}>
      <Empty
        hint={error instanceof Error ? error.message : String(error)}
        action={<Button onClick={again}>{common.retry}</Button>}
      />
    </Page>
  );
}

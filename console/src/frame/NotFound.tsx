import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { common } from '#texts/common';
import { Empty } from './Empty.tsx';
import { Page } from './Page.tsx';

export function NotFound() {
  return (
    <Page title={common.nothingHere}>
      <Empty
        hint={common.nothingHereHint}
        action={
          <Button component={Link} to="/">
            {common.toOverview}
          </Button>
        }
      />
    </Page>
  );
}

import { Center, Loader } from '@mantine/core';
import { common } from '#texts/common';

export function Loading() {
  return (
    <Center mih="12rem" role="status" aria-label={common.loading}>
      <Loader size="sm" />
    </Center>
  );
}

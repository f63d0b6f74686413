import { UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { frame } from '#texts/frame';
import classes from './frame.module.css';

export function SearchButton({ onOpen }: { onOpen: () => void }) {
  return (
    <UnstyledButton className={classes['search']} onClick={onOpen} aria-label={frame.searchLabel}>
      <IconSearch size={15} aria-hidden />
      <span>{frame.search}</span>
      <kbd>{frame.searchKeys}</kbd>
    </UnstyledButton>
  );
}

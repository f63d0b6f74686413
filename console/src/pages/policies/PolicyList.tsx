import { Alert, Button, TextInput } from '@mantine/core';
import { IconInfoCircle, IconPlus, IconSearch } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { policies } from '#texts/policies';
import { useMemo, useState } from 'react';
import { refused } from '../../confirm/toast.ts';
import { Empty } from '../../frame/Empty.tsx';
import { Page } from '../../frame/Page.tsx';
import { useMay } from '../../me/me.ts';
import { usePolicyDoing } from './doing.ts';
import { move, remove } from './making.ts';
import { MoveDialog } from './MoveDialog.tsx';
import { PolicyDrawer } from './PolicyDrawer.tsx';
import { PolicyTable } from './PolicyTable.tsx';
import { type Policy, type PolicyType, textOf } from './policy.ts';
import classes from './policies.module.css';
import { policiesOf } from './queries.ts';
import type { RowChoice } from './rowActions.ts';
import { useReview } from './useReview.tsx';

/** The ordered list of a type: the first policy that fits decides. */
export function PolicyList({ type }: { type: PolicyType }) {
  const may = useMay();
  const { data: all } = useSuspenseQuery(policiesOf(type));
  const [doing, go, end] = usePolicyDoing();
  const add = may('PoliciesController_create') && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => go('add')}>
      {policies.add}
    </Button>
  );
  const isEmpty = all.every(({ isDefault }) => isDefault);
  const isAllowed = all.some(({ isDefault, action }) => isDefault && action);
  const hint = isAllowed ? policies.emptyAllowedHint : policies.emptyHint;
  return (
    <Page title={policies.titles[type]} hint={policies.rule} actions={add}>
      {type !== 'PRIVATE' && (
        <Alert icon={<IconInfoCircle size={16} />} color="gray" py="xs">
          {policies.notEnforced}
        </Alert>
      )}
      {isEmpty && (
        <div className={classes['panel']}>
          <Empty title={policies.empty} hint={hint} action={add} />
        </div>
      )}
      <Ordered type={type} all={all} doing={doing} go={go} end={end} />
    </Page>
  );
}

interface OrderedProps {
  type: PolicyType;
  all: Policy[];
  doing: ReturnType<typeof usePolicyDoing>[0];
  go: ReturnType<typeof usePolicyDoing>[1];
  end: () => void;
}

function Ordered({ type, all, doing, go, end }: OrderedProps) {
  const [review, dialog] = useReview();
  const [text, search] = useSearchText();
  // Where a policy was dropped, until that is saved or thought better of.
  const [tentative, setTentative] = useState<{ id: string; to: number } | null>(null);
  const movable = useMemo(() => all.filter(({ isDefault }) => !isDefault), [all]);
  const shown = useMemo(() => narrowed(all, text), [all, text]);

  const moveTo = async (id: string, to: number) => {
    setTentative({ id, to });
    try {
      await move(review, { seen: movable, id, to });
    } catch (error) {
      refused(error);
    } finally {
      setTentative(null);
    }
  };
  const choose = (choice: RowChoice, { id }: Policy) => {
    const place = movable.findIndex((each) => each.id === id);
    if (choice === 'up') void moveTo(id, place - 1);
    else if (choice === 'down') void moveTo(id, place + 1);
    else if (choice === 'delete') void remove(review, movable[place] as Policy).catch(refused);
    else go(choice, id);
  };
  return (
    <>
      {movable.length > 0 && (
        <Search text={text} onSearch={search} shown={shown.length} total={all.length} />
      )}
      {shown.length > 0 || text === '' ? (
        <PolicyTable
          rows={shown}
          total={movable.length}
          isWhole={shown.length === all.length}
          tentative={tentative}
          onMove={(id, to) => void moveTo(id, to)}
          onChoose={choose}
        />
      ) : (
        <NoMatches onClear={() => search('')} />
      )}
      {doing?.way === 'move' && doing.id && (
        <MoveDialog
          key={doing.id}
          movable={movable}
          id={doing.id}
          onMove={(id, to) => void moveTo(id, to)}
          onClose={end}
        />
      )}
      {doing && doing.way !== 'move' && (
        <PolicyDrawer
          key={`${doing.way} ${doing.id}`}
          {...{ type, movable, review }}
          way={doing.way}
          id={doing.id}
          onClose={end}
        />
      )}
      {dialog}
    </>
  );
}

interface SearchProps {
  text: string;
  onSearch: (text: string) => void;
  shown: number;
  total: number;
}

function Search({ text, onSearch, shown, total }: SearchProps) {
  return (
    <div className={classes['toolbar']}>
      <TextInput
        className={classes['search'] ?? ''}
        aria-label={policies.search}
        placeholder={policies.search}
        leftSection={<IconSearch size={15} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => onSearch(currentTarget.value)}
      />
      <span role="status" data-dimmed>
        {shown < total && policies.narrowed(shown, total)}
      </span>
    </div>
  );
}

function NoMatches({ onClear }: { onClear: () => void }) {
  return (
    <div className={classes['panel']}>
      <Empty
        title={policies.noMatches}
        hint={policies.noMatchesHint}
        action={
          <Button variant="default" onClick={onClear}>
            {policies.clearSearch}
          </Button>
        }
      />
    </div>
  );
}

function useSearchText(): [string, (text: string) => void] {
  const { search = '', ...rest } = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  return [
    search,
    (text) => void navigate({ to: '.', search: { ...rest, search: text } as never, replace: true }),
  ];
}

function narrowed(all: Policy[], text: string): Policy[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  return all.filter((row) => words.every((word) => textOf(row).includes(word)));
}

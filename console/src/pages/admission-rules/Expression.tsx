import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { rules } from '#texts/rules';
import { lazy, Suspense } from 'react';
import { type Checked, language } from './queries.ts';
import classes from './rules.module.css';

// Large, and needed only here.
const CelEditor = lazy(() => import('./CelEditor.tsx'));

interface ExpressionProps {
  value: string;
  check: Checked | undefined;
  refusal: string | undefined;
  onChange: (text: string) => void;
}

/** A rule as text, with what is wrong in its place and in words. */
export function Expression({ value, check, refusal, onChange }: ExpressionProps) {
  const { data } = useQuery(language);
  // A check that is behind points at another text.
  const fault = check?.rule === value && value.trim() !== '' ? check.error : null;
  const wrong = fault ? rules.fault(fault.line, fault.column, fault.detail) : refusal;
  return (
    <div>
      <Suspense fallback={<Skeleton height={128} />}>
        {data && (
          <CelEditor initial={value} language={data.body} fault={fault} onChange={onChange} />
        )}
      </Suspense>
      <p className={classes['verdict']} data-wrong={Boolean(wrong)} role="status">
        {wrong ?? rules.editorHint}
      </p>
    </div>
  );
}

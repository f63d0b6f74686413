import { IconAlertTriangle, IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react';
import { explain } from '#texts/explain';
import classes from './explain.module.css';
import type { Finding } from './queries.ts';

const looks = {
  holds: IconCheck,
  'does not hold': IconX,
  absent: IconQuestionMark,
  error: IconAlertTriangle,
};

/** A rule part by part: which hold, and what they saw. */
export function FindingTree({ finding }: { finding: Finding }) {
  return (
    <ul className={classes['tree']}>
      <Part finding={finding} />
    </ul>
  );
}

function Part({ finding }: { finding: Finding }) {
  const { text, result, detail, seen, parts } = finding;
  const Glyph = looks[result];
  return (
    <li>
      <div className={classes['part']} data-result={result}>
        <Glyph size={14} stroke={2.2} role="img" aria-label={explain.results[result]} />
        <code>{text}</code>
        {seen.map(({ name, value }) => (
          <span key={name} data-dimmed>
            {explain.saw(name, value)}
          </span>
        ))}
        {seen.length === 0 && parts.length === 0 && detail && <span data-dimmed>{detail}</span>}
      </div>
      {parts.length > 0 && (
        <ul>
          {parts.map((part) => (
            <Part key={`${part.line} ${part.column} ${part.text}`} finding={part} />
          ))}
        </ul>
      )}
    </li>
  );
}

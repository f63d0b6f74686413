import {
  autocompletion,
  type Completion,
  type CompletionContext,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState, type Text } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { rules } from '#texts/rules';
import { useEffect, useRef } from 'react';
import type { Checked, Language } from './queries.ts';
import './cel.css';

interface CelEditorProps {
  /** What it begins with; from then on the editor holds the text. */
  initial: string;
  language: Language;
  fault: Checked['error'];
  onChange: (value: string) => void;
}

const cel = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^('(\\.|[^'\\])*'?|"(\\.|[^"\\])*"?)/)) return 'string';
    if (stream.match(/^\d+(\.\d+)?/)) return 'number';
    if (stream.match(/^(true|false|null|in)\b/)) return 'keyword';
    if (stream.match(/^[A-Za-z_]\w*(?=\()/)) return 'variableName.function';
    if (stream.match(/^[A-Za-z_]\w*/)) return 'variableName';
    if (stream.match(/^[&|!<>=?:+\-*/%]+/)) return 'operator';
    stream.next();
    return null;
  },
});

/** CodeMirror for the rules' language: completes what the API names, points at what is wrong. */
export default function CelEditor(props: CelEditorProps) {
  const { fault } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!place.current) return undefined;
    const made = editor(place.current, latest);
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const { current } = view;
    if (current) current.dispatch(setDiagnostics(current.state, marks(current.state.doc, fault)));
  }, [fault]);

  return <div ref={place} className="cel" />;
}

function editor(parent: HTMLElement, latest: { current: CelEditorProps }): EditorView {
  const { initial, language } = latest.current;
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: initial,
      extensions: [
        EditorView.cspNonce.of(nonce ?? ''),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': rules.editor }),
        lineNumbers(),
        history(),
        cel,
        syntaxHighlighting(classHighlighter),
        // So few that the list need not scroll: it has no focus of its own.
        autocompletion({ override: [completing(language)], icons: false, maxRenderedOptions: 10 }),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) latest.current.onChange(state.doc.toString());
        }),
      ],
    }),
  });
}

function completing({ variables, functions }: Language) {
  const named = variables.map(({ name, kind, meaning }): Completion => ({
    label: name,
    detail: kind,
    info: meaning,
  }));
  const called = functions.map(({ name, signature, meaning }): Completion => ({
    label: name,
    apply: `${name}(`,
    detail: signature,
    info: meaning,
  }));
  return (context: CompletionContext) => {
    const word = context.matchBefore(/[A-Za-z_][\w.]*/);
    if (!word && !context.explicit) return null;
    const text = word?.text ?? '';
    const from = word?.from ?? context.pos;
    const point = text.lastIndexOf('.') + 1;
    const isPath = point === 0 || named.some(({ label }) => label.startsWith(text));
    // Behind a variable and a point a function is asked of it.
    return isPath
      ? { from, options: [...named, ...called] }
      : { from: from + point, options: called };
  };
}

function marks(doc: Text, fault: Checked['error']) {
  if (!fault) return [];
  const line = doc.line(Math.min(Math.max(1, fault.line), doc.lines));
  // The API counts characters, the editor UTF-16.
  const before = [...line.text].slice(0, fault.column - 1).join('');
  const from = line.from + before.length;
  const end = /^([\w.]+|'[^']*'|"[^"]*")/.exec(doc.sliceString(from, line.to))?.[0].length ?? 1;
  const to = Math.min(line.to, from + end);
  return [{ from, to, severity: 'error' as const, message: fault.detail }];
}

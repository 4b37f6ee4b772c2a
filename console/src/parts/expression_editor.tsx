// SPDX-License-Identifier: Apache-2.0
// An expression with colours, completion, and the server's problems under the words they are about. Escape leaves it:
// Tab goes on to the next field, as in any form.
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, tooltips } from '@codemirror/view';
import { makeStyles, tokens } from '@fluentui/react-components';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { LanguageFunction, RuleProblem } from '../api/types';
import { completionFor, expressionLanguage } from './expression_language';

const useStyles = makeStyles({
  box: {
    border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1, minWidth: 0,
    ':focus-within': { outline: `2px solid ${tokens.colorCompoundBrandStroke}` },
  },
});

const colours = HighlightStyle.define([
  { tag: tags.string, color: tokens.colorPaletteGreenForeground1 },
  { tag: tags.variableName, color: tokens.colorBrandForegroundLink },
  { tag: tags.meta, color: tokens.colorPaletteBerryForeground1 },
  { tag: tags.number, color: tokens.colorPaletteRedForeground1 },
  { tag: tags.propertyName, color: tokens.colorPaletteBerryForeground1 },
  { tag: tags.keyword, fontWeight: '600' },
  { tag: tags.atom, color: tokens.colorPaletteRedForeground1 },
]);

const look = EditorView.theme({
  '&': { fontSize: '13px', color: tokens.colorNeutralForeground1 },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: tokens.fontFamilyMonospace, minHeight: '72px', padding: '8px', caretColor: tokens.colorNeutralForeground1 },
  '.cm-tooltip': { backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, border: `1px solid ${tokens.colorNeutralStroke1}`, zIndex: '2000000' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { maxWidth: 'min(420px, 80vw)' },
  '.cm-completionInfo': { maxWidth: '320px', padding: '8px' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: `${tokens.colorBrandBackground2} !important` },
});

function diagnosticsOf(text: string, problems: RuleProblem[]) {
  return problems.map((problem) => {
    const from = Math.min(problem.offset ?? 0, text.length);
    const to = Math.min(from + (problem.length ?? text.length - from), text.length);
    return { from: Math.min(from, to), to: Math.max(from, to), severity: problem.severity, message: problem.message };
  });
}

export function ExpressionEditor({ label, value, onChange, problems, functions, attributes, readOnly = false }: {
  label: string; value: string; onChange: (value: string) => void; problems: RuleProblem[]; functions: LanguageFunction[]; attributes: string[]; readOnly?: boolean;
}) {
  const styles = useStyles();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  const completion = useRef(new Compartment());
  const initial = useRef(value);
  useEffect(() => { changed.current = onChange; }, [onChange]);
  useEffect(() => {
    if (!box.current) return;
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          history(), bracketMatching(), closeBrackets(), expressionLanguage, syntaxHighlighting(colours), look, EditorView.lineWrapping,
          keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]), completion.current.of([]), tooltips({ position: 'fixed' }),
          EditorState.readOnly.of(readOnly), EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true' }),
          EditorView.updateListener.of((update) => { if (update.docChanged) changed.current(update.state.doc.toString()); }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, readOnly]);
  useEffect(() => {
    view.current?.dispatch({
      effects: completion.current.reconfigure(autocompletion({ override: [completionFor(functions, attributes)], icons: false })),
    });
  }, [functions, attributes]);
  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(editor.state.doc.toString(), problems)));
  }, [problems]);
  return <div ref={box} className={styles.box} />;
}

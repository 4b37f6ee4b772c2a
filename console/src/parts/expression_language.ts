// SPDX-License-Identifier: Apache-2.0
// Just enough of the expression language for an editor: colours, and what may stand where the cursor is. Whether
// an expression is right, the server says.
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { StreamLanguage } from '@codemirror/language';
import type { LanguageFunction } from '../api/types';

const words = ['True', 'False', 'NULL', 'CRLF', 'IgnoreThisFlow', 'AuthoritativeNull', 'vbTextCompare', 'vbBinaryCompare', 'CaseSensitive', 'CaseInsensitive'];
const parameters = ['Domain.FQDN', 'Domain.Netbios', 'Connector.ID', 'Connector.Name', 'Tenant.InitialDomain'];

export const expressionLanguage = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^"(?:\\.|[^"\\])*"?/)) return 'string';
    if (stream.match(/^\[[^\]]*\]?/)) return 'variableName';
    if (stream.match(/^%[^%]*%?/)) return 'meta';
    if (stream.match(/^&H[0-9A-Fa-f]+|^\d+/)) return 'number';
    if (stream.match(/^\$\w+/)) return 'propertyName';
    if (stream.match(/^[A-Za-z]\w*(?=\s*\()/)) return 'keyword';
    if (stream.match(/^[A-Za-z]\w*/)) return 'atom';
    stream.next();
    return 'operator';
  },
});

export type Place = { kind: 'attribute' | 'parameter' | 'word'; from: number; typed: string } | null;

// What is being typed before the cursor: "[ma" an attribute, "%Do" a parameter, "Tri" a function or a word. Inside of
// a text nothing is offered.
export function placeAt(before: string): Place {
  let open: '"' | '[' | '%' | null = null;
  let at = 0;
  for (let i = 0; i < before.length; i += 1) {
    const c = before.charAt(i);
    if (open === '"') {
      if (c === '\\') i += 1;
      else if (c === '"') open = null;
    } else if (open === '[') {
      if (c === ']') open = null;
    } else if (open === '%') {
      if (c === '%') open = null;
    } else if (c === '"' || c === '[' || c === '%') {
      open = c;
      at = i;
    }
  }
  if (open === '[') return { kind: 'attribute', from: at + 1, typed: before.slice(at + 1) };
  if (open === '%') return { kind: 'parameter', from: at + 1, typed: before.slice(at + 1) };
  if (open === '"') return null;
  const word = /[A-Za-z]\w*$/.exec(before);
  return word ? { kind: 'word', from: word.index, typed: word[0] } : null;
}

export function completionFor(functions: LanguageFunction[], attributes: string[]) {
  const ofAttributes: Completion[] = attributes.map((label) => ({ label, type: 'variable', apply: `${label}]` }));
  const ofParameters: Completion[] = parameters.map((label) => ({ label, type: 'constant', apply: `${label}%` }));
  const ofWords: Completion[] = [
    ...functions.map((f) => ({ label: f.name, type: 'function', detail: f.signature.replace(/^\w+ \w+/, ''), info: f.doc, apply: `${f.name}(` })),
    ...words.map((label) => ({ label, type: 'keyword' })),
  ];
  return (context: CompletionContext): CompletionResult | null => {
    const place = placeAt(context.state.sliceDoc(0, context.pos));
    if (!place) {
      return context.explicit ? { from: context.pos, options: [...ofWords, ...attributes.map((label) => ({ label: `[${label}]`, type: 'variable' }))] } : null;
    }
    const options = place.kind === 'attribute' ? ofAttributes : place.kind === 'parameter' ? ofParameters : ofWords;
    const next = context.state.sliceDoc(context.pos, context.pos + 1);
    const closed = (place.kind === 'attribute' && next === ']') || (place.kind === 'parameter' && next === '%');
    return { from: place.from, options: closed ? options.map((o) => ({ ...o, apply: o.label })) : options, validFor: /^[\w.-]*$/ };
  };
}

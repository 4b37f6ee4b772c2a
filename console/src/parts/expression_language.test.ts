// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { placeAt } from './expression_language';

describe('the place of the cursor', () => {
  it('is an attribute behind an open bracket', () => {
    expect(placeAt('Trim([ma')).toEqual({ kind: 'attribute', from: 6, typed: 'ma' });
  });
  it('is a function where a word begins', () => {
    expect(placeAt('IIF(IsPr')).toEqual({ kind: 'word', from: 4, typed: 'IsPr' });
  });
  it('is a parameter behind a per cent sign', () => {
    expect(placeAt('[mail] & "@" & %Do')).toEqual({ kind: 'parameter', from: 16, typed: 'Do' });
  });
  it('is nothing inside of a text, also behind an escaped quote', () => {
    expect(placeAt('"a \\" [b')).toBeNull();
    expect(placeAt('"[x" & [y')?.typed).toBe('y');
  });
});

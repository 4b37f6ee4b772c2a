// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { chosenFor, choicesOf, isMixed, keyOf, listsOf, toggled } from './container_choice';

const root = 'DC=corp,DC=example,DC=com';
const people = `OU=People,${root}`;
const guests = `OU=Guests,${people}`;

describe('the choice of containers', () => {
  it('is inherited from the nearest entry above', () => {
    const choices = choicesOf([people], [guests]);
    expect(chosenFor(`OU=A,${guests}`, choices, true)).toEqual({ checked: false, own: false });
    expect(chosenFor(`OU=Sales,${people}`, choices, true)).toEqual({ checked: true, own: false });
    expect(isMixed(people, choices, true)).toBe(true);
  });
  it('knows names in any letter case', () => {
    expect(chosenFor(guests.toUpperCase(), choicesOf([], [guests]), true).checked).toBe(false);
  });
  it('ticks all below when a mixed box is ticked', () => {
    const next = toggled(people, choicesOf([], [guests]), true);
    expect(next.size).toBe(0);
  });
  it('keeps no entry that says what is inherited anyway', () => {
    const off = toggled(guests, new Map(), true);
    expect(off.get(keyOf(guests))).toBe(false);
    expect(toggled(guests, off, true).size).toBe(0);
  });
  it('does not take a name that ends alike for one below', () => {
    const other = 'OU=Old-OU=People,DC=x';
    expect(isMixed('OU=People,DC=x', choicesOf([], [other]), true)).toBe(false);
  });
  it('becomes the lists of the policy', () => {
    expect(listsOf(choicesOf([], [guests]), new Map([[keyOf(guests), guests]]))).toEqual({ include: [], exclude: [guests] });
  });
});

// SPDX-License-Identifier: Apache-2.0
// Which containers are read, as boxes to tick. As in the policy, the most specific entry decides; what is below
// inherits. Ticking a box forgets the entries below it: one sees what one gets.
import { parentOf } from '../text/names';

export type Choices = ReadonlyMap<string, boolean>;

// By DN in one letter case, as directories compare them.
export const keyOf = (dn: string) => dn.toLowerCase();

export interface Chosen { checked: boolean; own: boolean }

export function chosenFor(dn: string, choices: Choices, rootDefault: boolean): Chosen {
  const own = choices.get(keyOf(dn));
  if (own !== undefined) return { checked: own, own: true };
  for (let at = parentOf(dn); at !== ''; at = parentOf(at)) {
    const inherited = choices.get(keyOf(at));
    if (inherited !== undefined) return { checked: inherited, own: false };
  }
  return { checked: rootDefault, own: false };
}

const isBelow = (key: string, above: string) => key.endsWith(`,${above}`);

// True when something below decides otherwise: the box shows a dash.
export function isMixed(dn: string, choices: Choices, rootDefault: boolean): boolean {
  const { checked } = chosenFor(dn, choices, rootDefault);
  const above = keyOf(dn);
  for (const [key, value] of choices) if (value !== checked && isBelow(key, above)) return true;
  return false;
}

export function toggled(dn: string, choices: Choices, rootDefault: boolean): Choices {
  const wanted = isMixed(dn, choices, rootDefault) ? true : !chosenFor(dn, choices, rootDefault).checked;
  const above = keyOf(dn);
  const next = new Map([...choices].filter(([key]) => key !== above && !isBelow(key, above)));
  if (chosenFor(dn, next, rootDefault).checked !== wanted) next.set(above, wanted);
  return next;
}

// The lists of the policy, in the letter case in which the directory writes its names, where that is known.
export function listsOf(choices: Choices, names: ReadonlyMap<string, string>): { include: string[]; exclude: string[] } {
  const include: string[] = [];
  const exclude: string[] = [];
  for (const [key, value] of choices) (value ? include : exclude).push(names.get(key) ?? key);
  return { include: include.sort(), exclude: exclude.sort() };
}

export function choicesOf(include: string[], exclude: string[]): Choices {
  return new Map([...include.map((dn) => [keyOf(dn), true] as const), ...exclude.map((dn) => [keyOf(dn), false] as const)]);
}

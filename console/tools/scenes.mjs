// SPDX-License-Identifier: Apache-2.0
// What is to be seen: a name, an address, what a person does there first.
export const scenes = [
  { name: 'sign-in', path: '/', mock: { signedInAs: null } },
  { name: 'home', path: '/' },
  { name: 'home-broken', path: '/', mock: { broken: true }, errorsExpected: true },
  { name: 'operations', path: '/operations' },
  { name: 'run', path: '/operations/runs/41?counter=export-failure' },
  {
    name: 'live', path: '/operations',
    act: async (page) => {
      await page.getByRole('button', { name: 'Synchronize now' }).click();
      await page.waitForTimeout(1200);
    },
  },
];

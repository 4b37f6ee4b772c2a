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
  { name: 'connectors', path: '/connectors' },
  { name: 'connector', path: '/connectors/entra' },
  {
    name: 'search', path: '/connectors/corp.example.com?tab=search',
    act: async (page) => {
      // A long way down the list: pages are asked for as one goes.
      for (let i = 0; i < 6; i += 1) {
        await page.locator('[role=table]').locator('..').evaluate((e) => e.scrollTo(0, e.scrollHeight));
        await page.waitForTimeout(250);
      }
    },
  },
  {
    name: 'containers', path: '/connectors/corp.example.com?tab=containers',
    act: async (page) => {
      await page.getByRole('treeitem', { name: /People/ }).first().click();
      await page.waitForTimeout(500);
      await page.getByRole('checkbox', { name: 'Read Leavers' }).click();
    },
  },
  {
    name: 'connector-test', path: '/connectors/entra?tab=test',
    act: async (page) => {
      await page.getByRole('button', { name: 'Test now' }).click();
      await page.waitForTimeout(2000);
    },
  },
  { name: 'object', path: '/connectors/corp.example.com/objects/2625' },
  { name: 'object-export', path: '/connectors/entra/objects/1677?tab=export' },
  { name: 'object-why', path: '/connectors/corp.example.com/objects/503?tab=why' },
  { name: 'object-connectors', path: '/connectors/corp.example.com/objects/503?tab=connectors' },
  { name: 'metaverse', path: '/metaverse' },
  { name: 'metaverse-object', path: '/metaverse/51' },
];

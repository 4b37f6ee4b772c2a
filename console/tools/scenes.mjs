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
  { name: 'rules', path: '/rules' },
  { name: 'rule-standard', path: '/rules/edit/9e0c26ba-86fe-8bd8-8a0c-6e2a98981388' },
  {
    name: 'rule-edit', path: '/rules/edit/new?from=9e0c26ba-86fe-8bd8-8a0c-6e2a98981388',
    act: async (page) => {
      await page.getByRole('button', { name: /Edit the flow to cloudFiltered/ }).click();
      const editor = page.getByRole('textbox', { name: 'Expression' });
      await editor.click();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('Trimm([title]) & [depa', { delay: 25 });
      await page.waitForTimeout(900);
    },
  },
  {
    name: 'rule-effect', path: '/rules/edit/new?from=9e0c26ba-86fe-8bd8-8a0c-6e2a98981388',
    act: async (page) => {
      await page.waitForTimeout(700);
      await page.getByRole('button', { name: 'Effect and save' }).click();
      await page.waitForTimeout(1500);
    },
  },
  { name: 'history', path: '/rules/history' },
  { name: 'pending', path: '/pending' },
  {
    name: 'compare', path: '/compare', mock: { paired: true },
    act: async (page) => {
      await page.getByRole('button', { name: 'Compare now' }).click();
      await page.waitForTimeout(1500);
    },
  },
  { name: 'migration', path: '/migration' },
  {
    name: 'migration-swap', path: '/migration', mock: { paired: true },
    act: async (page) => {
      await page.getByRole('button', { name: 'Check this server' }).click();
      await page.waitForTimeout(1200);
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await page.waitForTimeout(1200);
      await page.getByRole('button', { name: 'Compare again' }).click();
      await page.waitForTimeout(1400);
      await page.getByRole('button', { name: 'Swap…' }).click();
      await page.waitForTimeout(300);
      await page.getByRole('button', { name: 'Swap now' }).click();
      await page.waitForTimeout(1600);
    },
  },
  { name: 'tasks', path: '/tasks' },
  { name: 'health', path: '/health' },
  { name: 'health-attributes', path: '/health?tab=attributes' },
  {
    name: 'health-preflight', path: '/health?tab=preflight',
    act: async (page) => {
      await page.getByRole('button', { name: 'Check now' }).click();
      await page.waitForTimeout(1500);
    },
  },
  { name: 'settings', path: '/settings' },
  { name: 'settings-alerts', path: '/settings?tab=alerts', act: async (page) => { await page.getByRole('button', { name: 'Send a test' }).click(); } },
  { name: 'settings-threshold', path: '/settings?tab=threshold' },
  { name: 'settings-secrets', path: '/settings?tab=secrets' },
  { name: 'audit', path: '/audit' },
  { name: 'access', path: '/access' },
  { name: 'access-viewer', path: '/access', mock: { signedInAs: 'victor' } },
  { name: 'setup', path: '/', mock: { setup: true } },
  {
    name: 'setup-import', path: '/setup', mock: { setup: true },
    act: async (page) => {
      await page.getByRole('radio', { name: /Import settings/ }).click();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.locator('input[type=file]').setInputFiles({ name: 'Exported-SynchronizationPolicy.JSON', mimeType: 'application/json', buffer: Buffer.from('{}') });
      await page.waitForTimeout(500);
    },
  },
  {
    name: 'setup-fresh', path: '/setup', mock: { setup: true },
    act: async (page) => {
      const next = () => page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('radio', { name: /Start fresh/ }).click();
      await next();
      await next();
      await page.getByRole('textbox', { name: 'Tenant' }).fill('example.onmicrosoft.com');
      await page.getByRole('textbox', { name: /client\) id/ }).fill('5f0c0c54');
      await page.getByLabel('Client secret').fill('secret');
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.waitForTimeout(300);
      await next();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('corp.example.com');
      await page.getByRole('textbox', { name: 'Domain controller' }).fill('dc1.corp.example.com');
      await page.getByRole('textbox', { name: 'Name of the account' }).fill('tandem@corp.example.com');
      await page.getByLabel('Password').fill('secret');
      await page.getByRole('button', { name: 'Test and add' }).click();
      await page.waitForTimeout(400);
      await next();
      await page.waitForTimeout(400);
      await page.getByRole('checkbox', { name: 'Read Leavers' }).click();
      await next();
      await next();
    },
  },
];

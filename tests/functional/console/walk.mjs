// SPDX-License-Identifier: Apache-2.0
// Every page and every tab of the console of a real server, and what people do there. Use: walk.mjs BUILD_DIR
import fs from 'node:fs';
import path from 'node:path';
import { Browser, sizes } from './browser.mjs';
import { check, Lab, same, sleep, Stopped, Story, until } from './lab.mjs';

const people = '200';
const hostile = '<script>alert(1)</script>';
const password = 'Correct horse 7 battery';
const directory = 'corp.example.com';

const lab = new Lab(process.argv[2], 'walk');
const story = new Story();
let server, browser, ada;

async function begin() {
  const tenant = await lab.tenant();
  server = lab.server('home');
  server.run('init', '--demo', '--people', people, ...tenant.options());
  server.run('cycle', 'initial');
  server.run('demo', 'hire', `${hostile} Hopper`);
  server.run('cycle', 'delta');
  server.run('cycle', 'delta'); // sees the change in the tenant: a time to the cloud
  // Something to be told of, and nobody who takes it.
  server.settings('[alerts]\ncertificate_days = 3000\nignore = ["staging-too-long"]\n[alerts.webhook]\nurl = "https://127.0.0.1:9/"\n'
    + '[canary]\ninterval_minutes = 43200\n');
  for (const [name, role] of [['grace', 'administrator'], ['victor', 'viewer']]) {
    const file = path.join(lab.folder, `${name}.password`);
    fs.writeFileSync(file, password, { mode: 0o600 });
    server.run('account', 'add', name, '--role', role, '--password-file', file);
  }
  await server.serve('--no-cycles');
  browser = await Browser.launch(process.argv[2], [new URL(server.url).hostname]);
}

// ------------------------------------------------------------ in and out

async function outside() {
  const window = await browser.window(server.url);
  await window.page.goto(server.url);
  await window.settled();
  await window.shoot('sign-in', { dark: true });
  await window.page.getByLabel('Name').fill('grace');
  await window.page.getByLabel('Password').fill('not this one at all');
  await window.button('Sign in').click();
  await window.page.getByText('The name or the password is wrong').waitFor();
  window.clean(/\/api\/v1\/session: 401$/, /status of 401/);
  await window.signIn('grace', password);
  same('Home', await window.page.locator('h1').textContent(), 'the page behind the sign-in');
  await window.page.getByRole('button', { name: 'Signed in as grace, administrator' }).click();
  await window.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await window.page.getByRole('heading', { name: 'Sign in to Tandem' }).waitFor();
  check(!(await window.context.request.get(`${server.url}/api/v1/status`)).ok(), 'the session goes on behind the sign-out');
  await window.settled();
  window.clean();
  await window.context.close();
}

async function oneTimeLink() {
  const link = server.link();
  ada = await browser.window(server.url);
  await ada.page.goto(link);
  await ada.settled();
  await ada.shoot('link');
  await ada.signInByLink(link);
  await ada.page.getByRole('button', { name: 'Signed in as ada, administrator' }).waitFor();
  ada.clean();
  const again = await browser.window(server.url);
  await again.page.goto(link);
  await again.button('Sign in').click();
  await again.page.getByText('signing in with the link').first().waitFor();
  await again.context.close();
}

async function keyboard() {
  await ada.page.goto('about:blank');
  await ada.go('/');
  const { page } = ada;
  await page.keyboard.press('Tab');
  same('Skip to the page', await page.evaluate(() => document.activeElement.textContent), 'what Tab comes to first');
  await page.keyboard.press('Enter');
  same('main', await page.evaluate(() => document.activeElement.id), 'where the skip link leads');
  await page.keyboard.press('Tab');
  const reached = [];
  for (let i = 0; i < 4 && !reached.includes('Synchronize now'); i += 1) {
    reached.push((await page.evaluate(() => document.activeElement.textContent)).trim());
    await page.keyboard.press('Tab');
  }
  check(reached.includes('Synchronize now'), `Tab behind the skip link reaches ${reached.join(', ')}`);
  // From the very beginning, too: bar and navigation come first, and nothing holds the focus.
  await page.goto('about:blank');
  await ada.go('/');
  let steps = 0;
  for (; steps < 40; steps += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement.textContent)).trim() === 'Synchronize now') break;
  }
  check(steps < 40, 'Tab never reaches "Synchronize now"');
  return `${steps + 1} stops to "Synchronize now"`;
}

// ------------------------------------------------------------ every page

async function pages() {
  const first = async (address) => (await ada.get(address)).objects[0];
  const odd = await first(`/connectors/${directory}/objects?text=${encodeURIComponent('<script>')}&limit=1`);
  const cloud = (await ada.get('/connectors/entra/objects?filter=connector&limit=1')).objects[0];
  const metaverse = await first(`/metaverse?text=${encodeURIComponent('<script>')}`);
  const { rules } = await ada.get('/rules');
  const standard = rules.find((rule) => rule.name.includes('User Join'));
  const { runs } = await ada.get('/runs');
  const exported = runs.find((run) => run.profile === 'Export' && run.result === 'success');
  const tabs = (name, address, list) => list.map((tab) => ({ name: `${name}-${tab}`, address: `${address}${address.includes('?') ? '&' : '?'}tab=${tab}` }));
  return [
    { name: 'home', address: '/', dark: true },
    { name: 'operations', address: '/operations' },
    { name: 'operations-operations', address: '/operations?tab=operations' },
    { name: 'run', address: `/operations/runs/${exported.id}?counter=export-add`, dark: true },
    { name: 'connectors', address: '/connectors' },
    ...tabs('directory', `/connectors/${directory}`, ['overview', 'search', 'containers', 'test']),
    ...tabs('entra', '/connectors/entra', ['overview', 'search', 'test']),
    { name: 'search-hostile', address: `/connectors/${directory}?tab=search&text=${encodeURIComponent('<script>')}`, hostile: true },
    ...tabs('object', `/connectors/${directory}/objects/${odd.id}`, ['import', 'export', 'unconfirmed', 'lineage', 'connectors', 'preview', 'why']).map((page) => ({ ...page, hostile: true })),
    { name: 'object-entra-export', address: `/connectors/entra/objects/${cloud.id}?tab=export`, dark: true },
    { name: 'metaverse', address: '/metaverse' },
    { name: 'metaverse-object', address: `/metaverse/${metaverse.id}`, hostile: true },
    { name: 'rules', address: '/rules' },
    { name: 'rule-standard', address: `/rules/edit/${standard.id}` },
    { name: 'rule-copy', address: `/rules/edit/new?from=${standard.id}`, dark: true },
    { name: 'rule-new', address: '/rules/edit/new' },
    { name: 'history', address: '/rules/history' },
    { name: 'pending', address: '/pending' },
    { name: 'compare', address: '/compare' },
    { name: 'migration', address: '/migration', dark: true },
    { name: 'tasks', address: '/tasks' },
    ...tabs('health', '/health', ['alerts', 'preflight', 'attributes']),
    ...tabs('settings', '/settings', ['scheduler', 'alerts', 'threshold', 'secrets']),
    { name: 'audit', address: '/audit' },
    { name: 'access', address: '/access' },
    { name: 'setup-is-done', address: '/setup' },
    { name: 'missing', address: '/nowhere' },
  ];
}

async function onePage({ name, address, dark = false, hostile: shown = false }) {
  await ada.go(address);
  if (shown) await ada.page.getByText(hostile).first().waitFor();
  await ada.shoot(name, { dark });
  ada.clean();
}

// ------------------------------------------------------------ what people do

async function home() {
  const { page } = ada;
  await ada.go('/');
  const well = await page.getByRole('region', { name: 'Is all well?' }).textContent();
  check(/The certificate of the console ends on .*What to do|The certificate of the console ends on .*restart the service/.test(well), `Home tells no alert: ${well}`);
  const cycles = await page.getByRole('region', { name: 'Cycles' }).textContent();
  check(/none is planned/.test(cycles) && /none sent yet; one every 30d/.test(cycles), `Home says of cycles: ${cycles}`);
  const cloud = page.getByRole('region', { name: 'From change to cloud' });
  await cloud.getByText('median, last 24 hours').waitFor();
  const { last24h, days } = await ada.get('/latency');
  check(last24h.changes > 0 && days.length === 1, `nothing is measured: ${JSON.stringify(last24h)}`);
  same(1, await cloud.getByRole('table', { name: 'From change to cloud, by day' }).locator('tbody tr').count(), 'the days of the chart');
  ada.clean();
  return `${last24h.changes} changes in ${last24h.p50Seconds} s`;
}

async function alerts() {
  const { page } = ada;
  await ada.go('/health?tab=alerts');
  await page.getByRole('table', { name: 'Alerts' }).getByText(/restart the service/i).waitFor();
  await ada.go('/settings?tab=alerts');
  await page.getByText('webhook', { exact: true }).first().waitFor();
  await page.getByText('staging-too-long').waitFor();
  await ada.button('Send a test').click();
  await page.getByText('Refused').first().waitFor();
  await ada.settled();
  await ada.shoot('alerts-test');
  ada.clean();
}

async function cycle() {
  const { page } = ada;
  server.run('demo', 'hire', 'Margaret Hamilton');
  await ada.go('/');
  await ada.button('Synchronize now').click();
  await page.waitForURL((url) => url.hash.startsWith('#/operations/live/'));
  await page.getByRole('list', { name: 'What it says' }).waitFor();
  await ada.picture('live-1280-light');
  await page.getByRole('table', { name: 'Runs of the cycle' }).waitFor();
  await ada.shoot('live-over');
  const notes = await page.getByRole('list', { name: 'What it says' }).locator('li').count();
  await page.getByRole('link', { name: 'entra: Export', exact: true }).first().click();
  await page.waitForURL((url) => url.hash.startsWith('#/operations/runs/'));
  await ada.settled();
  // A number leads to its objects.
  await page.getByRole('link', { name: 'Adds: 1. Show the objects' }).click();
  await ada.settled();
  await ada.shoot('run-objects');
  await page.getByRole('table', { name: 'Objects of export-add' }).getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: 'Margaret Hamilton' }).waitFor();
  await ada.settled();
  ada.clean();
  return `${notes} notes`;
}

async function searchAndOpen() {
  const { page } = ada;
  await ada.go(`/connectors/${directory}?tab=search`);
  await page.getByLabel('Text in the name or a value').fill('Hamilton');
  await page.getByRole('link', { name: /Hamilton/ }).first().waitFor();
  await page.getByText(/^1 object$/).waitFor();
  await page.getByRole('link', { name: /Hamilton/ }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Margaret Hamilton' }).waitFor();
  await page.getByRole('tab', { name: 'Preview' }).click();
  await page.getByText('What the next synchronization would make of it').waitFor();
  await ada.settled();
  await page.getByRole('tab', { name: 'Why' }).click();
  await ada.settled();
  const why = await page.getByRole('region', { name: 'Why' }).textContent();
  check(/User Join/.test(why), `"Why" names no rule: ${why.slice(0, 300)}`);
  await page.getByLabel('Of one attribute only').fill('displayName');
  await sleep(700);
  await ada.settled();
  await ada.shoot('object-why-attribute');
  ada.clean();
}

async function openFlow(target) {
  await ada.page.getByRole('button', { name: `Edit the flow to ${target}`, exact: true }).click();
  return ada.page.getByRole('textbox', { name: 'Expression' });
}

async function write(editor, text) {
  await editor.click();
  await ada.page.keyboard.press('Control+A');
  await ada.page.keyboard.insertText(text);
}

async function editRule() {
  const { page } = ada;
  const { rules } = await ada.get('/rules');
  const rule = rules.find((one) => one.direction === 'Inbound' && one.attributeFlowMappings.some((flow) => flow.destination === 'department') && one.sourceObjectType === 'user');
  check(rule, 'no rule flows department');
  await ada.go(`/rules/edit/${rule.id}`);
  await ada.button('Make a changed copy').click();
  await page.getByRole('textbox', { name: 'Name' }).waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('In from AD - Department in capitals');
  await page.getByRole('button', { name: 'Edit the flow to department', exact: true }).click();
  const type = page.getByRole('combobox', { name: 'Flow type' });
  if ((await type.textContent()) !== 'Expression') {
    await type.click();
    await page.getByRole('option', { name: 'Expression', exact: true }).click();
  }
  const editor = page.getByRole('textbox', { name: 'Expression' });
  await write(editor, 'UCase([department]) & Trimm([title])');
  await page.getByText(/Trimm/).nth(1).waitFor();
  const place = page.locator('.cm-lintRange-error');
  await place.first().waitFor();
  const marked = await place.first().textContent();
  check(marked.startsWith('Trimm'), `marked is "${marked}"`);
  check(await ada.button('Effect and save').isDisabled(), 'a rule with an error may be saved');
  await ada.shoot('rule-error', { dark: true });
  await write(editor, 'UCase([department])');
  await page.getByText('No errors').waitFor();
  await page.getByRole('combobox', { name: 'Try it on' }).click();
  await page.keyboard.type('Hamilton');
  await page.getByRole('option', { name: /Hamilton/ }).first().click();
  await ada.settled();
  await ada.shoot('rule-preview');
  await ada.button('Effect and save').click();
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await dialog.getByText(/change department/).first().waitFor();
  await ada.shoot('rule-effect', { dark: true });
  await dialog.getByRole('button', { name: 'Save the policy' }).click();
  await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
  await page.getByRole('link', { name: 'In from AD - Department in capitals' }).waitFor();
  await ada.go('/rules/history');
  const newest = page.getByRole('table').getByRole('row').nth(1);
  check((await newest.textContent()).includes('ada'), `the newest version is not ada's: ${await newest.textContent()}`);
  check(/saved in the console: .*added rules\[In from AD - Department in capitals\]/.test(await newest.textContent()), `the newest version says: ${await newest.textContent()}`);
  await ada.shoot('history-saved');
  await page.getByRole('button', { name: /^Restore version/ }).first().click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: /^Restore version/ }).click();
  await until('the rule is gone', async () => !(await ada.get('/rules')).rules.some((one) => one.name.includes('in capitals')));
  await ada.settled();
  ada.clean();
  return `marked "${marked}"`;
}

async function scheduler() {
  const { page } = ada;
  await ada.go('/settings?tab=scheduler');
  await page.getByLabel('Between cycles').fill('00:00:00');
  await page.getByText(/^At least \d/).last().waitFor();
  check(await ada.button('Save').isDisabled(), 'an interval that is too short may be saved');
  await page.getByLabel('Between cycles').fill('01:30:00');
  await page.getByRole('switch', { name: 'Also when a directory changes' }).click();
  await page.getByLabel('Seconds between two cycles').fill('4');
  await page.getByText('A whole number from 5 to 3,600').waitFor();
  await page.getByLabel('Seconds between two cycles').fill('90');
  await page.getByRole('switch', { name: /^Suspended/ }).click();
  await ada.button('Save').click();
  await page.getByText('1h 30m').nth(1).waitFor(); // in effect, and below the field
  await page.getByText('None: suspended on this server').waitFor();
  const set = server.run('scheduler', 'show');
  same(['01:30:00', true, 90, true], [set.CustomizedSyncCycleInterval, set.onChange, set.quietSeconds, set.SchedulerSuspended], 'the scheduler');
  // One connector in full, the next time.
  await page.getByRole('switch', { name: `Full import of ${directory}` }).click();
  await until('the override is there', () => server.run('scheduler', 'overrides').overrides.some((one) => one.ConnectorName === directory && one.FullImportRequired && !one.FullSyncRequired));
  await page.getByRole('switch', { name: `Full import of ${directory}` }).click();
  await until('the override is gone', () => server.run('scheduler', 'overrides').overrides.every((one) => !one.FullImportRequired));
  await page.getByRole('switch', { name: /^Suspended/ }).click();
  await ada.button('Save').click();
  await page.getByText(/^None is planned/).waitFor();
  await ada.picture('settings-saved-1280-light');
  ada.clean();
}

async function canary() {
  const { page } = ada;
  await ada.go('/migration');
  const step = page.getByRole('button', { name: /\d\. Final check/ });
  await step.waitFor();
  if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
  await ada.button('Send a test user').click();
  await page.getByText(/arrived, .* after the change\./).waitFor({ timeout: 120_000 });
  await ada.settled();
  await ada.shoot('canary', { dark: true });
  await ada.go('/operations?tab=operations');
  await page.getByRole('link', { name: 'Test user into the tenant' }).first().waitFor();
  await page.getByRole('link', { name: 'Delta cycle' }).first().waitFor();
  await ada.settled();
  await ada.shoot('operations-titles');
  ada.clean();
}

async function containers() {
  const { page } = ada;
  await ada.go(`/connectors/${directory}?tab=containers`);
  const boxes = page.getByRole('checkbox', { name: /^Read / });
  await boxes.first().waitFor();
  const before = await boxes.count();
  await boxes.nth(before - 1).click();
  await ada.button('Save').click();
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await dialog.getByText('Left out:').waitFor();
  check(/Left out: .*OU=|Left out: .*CN=/.test(await dialog.textContent()), `nothing is left out: ${await dialog.textContent()}`);
  await ada.shoot('containers-asked');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  ada.clean();
  return `${before} boxes`;
}

async function accounts() {
  const { page } = ada;
  await ada.go('/access');
  await ada.button('Add account').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('temp');
  await dialog.getByLabel('Password').fill('short');
  await dialog.getByText('Too short').waitFor();
  await ada.shoot('access-add');
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('cell', { name: 'temp', exact: true }).waitFor();
  const temp = await browser.window(server.url);
  await temp.signIn('temp', password);
  await page.getByRole('button', { name: 'More about temp' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await until('the account is gone', async () => !(await ada.get('/accounts')).accounts.some((one) => one.name === 'temp'));
  check(!(await temp.context.request.get(`${server.url}/api/v1/status`)).ok(), 'a removed account is still in');
  await temp.context.close();
  ada.clean();
}

async function audit() {
  const { page } = ada;
  await ada.go('/audit');
  for (const act of ['scheduler', 'policy', 'account', 'cycle']) {
    await page.getByLabel('Act').fill(act);
    await page.getByRole('cell', { name: new RegExp(act) }).first().waitFor();
  }
  await page.getByLabel('Act').fill('');
  await ada.button('Verify the chain').click();
  await page.getByText(/The chain is whole/).waitFor();
  await ada.shoot('audit-verified');
  ada.clean();
}

async function viewer() {
  const victor = await browser.window(server.url);
  await victor.signIn('victor', password);
  for (const { name, address } of await pages()) {
    if (/^(object|directory|entra|setup)/.test(name) && !['object-why', 'directory-test', 'directory-containers'].includes(name)) continue;
    await victor.go(address);
    try {
      victor.clean();
    } catch (error) {
      throw new Error(`on ${name}: ${error.message}`);
    }
  }
  const { page } = victor;
  for (const [address, act, reason] of [['/', 'Synchronize now', /operator/], ['/tasks', 'Switch staging on…', /administrator/], ['/access', 'Add account', /administrator/], ['/settings', 'Save', /administrator/]]) {
    await victor.go(address);
    const button = victor.button(act);
    same('true', await button.getAttribute('aria-disabled'), `${act} on ${address}`);
    await button.focus();
    await page.getByRole('tooltip').filter({ hasText: reason }).first().waitFor();
    if (address === '/') await victor.picture('viewer-home-1280-light');
  }
  await victor.go('/access');
  await victor.shoot('viewer-access');
  victor.clean();
  await victor.context.close();
}

async function phone() {
  const window = await browser.window(server.url, { viewport: sizes.phone, hasTouch: true, isMobile: true });
  await window.signInByLink(server.link());
  await window.button('Open the navigation').tap();
  await window.page.getByRole('link', { name: 'Pending exports' }).waitFor();
  await window.settled();
  await window.picture('navigation-390-light');
  await window.page.getByRole('link', { name: 'Pending exports' }).tap();
  await window.page.getByRole('heading', { level: 1, name: 'Pending exports' }).waitFor();
  await window.settled();
  window.clean();
  await window.context.close();
}

try {
  await story.must('a server with an invented organisation and its console', begin);
  story.onFailure = async (name) => {
    await ada?.picture(`failed-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)}`).catch(() => {});
    if (ada) ada.complaints = [];
  };
  await story.must('a one-time link signs in, once', oneTimeLink);
  await story.step('who is outside signs in by password, and out', outside);
  await story.step('the keyboard reaches the skip link, and the main action of Home', keyboard);
  for (const page of await pages()) await story.step(`${page.name}  ${page.address}`, () => onePage(page));
  await story.step('Home tells alerts with what to do, when the next cycle is, and the time to the cloud', home);
  await story.step('alerts are listed; a test message says what became of it', alerts);
  await story.step('a delta cycle is started, watched, and its numbers lead to objects', cycle);
  await story.step('a connector space is searched; preview and why of an object', searchAndOpen);
  await story.step('a rule: the mistake at its place, the effect, saved, in the history, restored', editRule);
  await story.step('a test user is sent from the browser, and arrives', canary);
  await story.step('containers are ticked; what would be left out is asked before', containers);
  await story.step('the scheduler is changed', scheduler);
  await story.step('an account is added, signs in, and is removed', accounts);
  await story.step('the audit log shows it all, and is whole', audit);
  await story.step('a viewer sees what is not for him, with the reason, and is never refused', viewer);
  await story.step('on a phone the navigation is a drawer', phone);
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
} finally {
  await browser?.close();
  await lab.close();
}
process.exitCode = story.end();

// SPDX-License-Identifier: Apache-2.0
// A whole migration through the browser, over a real Samba domain: by the settings of the old server, and fresh.
// Use: migration.mjs BUILD_DIR
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Browser } from './browser.mjs';
import { check, freePort, Lab, same, Stopped, Story, until } from './lab.mjs';

const people = process.env.CONSOLE_PEOPLE ?? '1000';
const address = '127.0.0.41'; // Samba's ports cannot be moved
const base = 'DC=corp,DC=example,DC=com';
const leftOut = 'CN=Program Data';

const story = new Story();
const build = process.argv[2];
const helper = (...args) => spawnSync('python3', [new URL('samba.py', import.meta.url).pathname, ...args], { encoding: 'utf8', timeout: 900_000 });
const reason = helper('why-not').stdout.trim();
if (reason !== '') {
  console.log(`skipped: ${reason}`);
  story.skipped = 1;
  process.exit(story.end());
}

const lab = new Lab(build, 'migration');
let tenant, domain, old, fresh, next, browser, here, there, atFresh, person, before;

// ------------------------------------------------------------ the world outside

function change(dn, attribute, value) {
  const done = spawnSync('ldapmodify', ['-x', '-H', `ldaps://${address}`, '-D', domain.ADMIN, '-w', domain.ADMIN_PASSWORD], {
    encoding: 'utf8', input: `dn: ${dn}\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n-\n`,
    env: { ...process.env, LDAPTLS_CACERT: domain.CA_FILE, LDAPTLS_REQCERT: 'allow' },
  });
  check(done.status === 0, `ldapmodify: ${done.stderr}`);
}

function written(expected, what) {
  const now = tenant.writes();
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  const made = Object.fromEntries([...names].map((name) => [name, (now[name] ?? 0) - (before[name] ?? 0)]).filter(([, n]) => n !== 0));
  same(expected, made, what);
  before = now;
}

async function begin() {
  tenant = await lab.tenant();
  const started = helper('start', build, lab.folder, address, people);
  check(started.status === 0, `Samba does not start: ${started.stdout}${started.stderr}`);
  domain = Object.fromEntries(fs.readFileSync(path.join(lab.folder, 'samba/env'), 'utf8').trim().split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));
  const password = path.join(lab.folder, 'password');
  fs.writeFileSync(password, domain.ADMIN_PASSWORD, { mode: 0o600 });
  old = lab.server('old');
  old.run('init', '--ad', domain.SERVER_NAME, '--connect-address', address, '--ca-file', domain.CA_FILE, '--account', domain.ADMIN, '--password-file', password,
    '--partition', base, '--active', ...tenant.options());
  old.run('cycle', 'initial');
  old.run('cycle', 'delta');
  before = tenant.writes();
  await old.serve('--no-cycles', '--listen', `127.0.0.1:${await freePort()}`);
  browser = await Browser.launch(build, [new URL(old.url).hostname]);
  there = await browser.window(old.url);
  await there.signInByLink(old.link());
  const users = tenant.graph('users');
  check(users.length > 500, `the tenant has ${users.length} users`);
  return `${users.length} users in the tenant`;
}

// ------------------------------------------------------------ pieces of the guided pages

const step = (window, title) => window.page.locator('.fui-AccordionItem').filter({ has: window.page.getByRole('button', { name: new RegExp(`\\d\\. ${title}`) }) });

// An item of the list of steps, opened.
async function opened(window, title) {
  const header = window.page.getByRole('button', { name: new RegExp(`\\d\\. ${title}`) });
  await header.waitFor();
  if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  return step(window, title);
}

const stateOf = async (window, title) => (await window.page.getByRole('button', { name: new RegExp(`\\d\\. ${title}`) }).textContent()) ?? '';

async function wizardAt(window, title) {
  await window.page.getByRole('heading', { level: 2, name: title }).waitFor();
  await window.settled();
}

async function operationEnds(window, area = window.page, seconds = 240) {
  await area.getByText('Done', { exact: true }).last().or(area.getByText('Failed', { exact: true }).last()).first().waitFor({ timeout: seconds * 1000 });
  check(!(await area.getByText('Failed', { exact: true }).last().isVisible()), `it failed: ${(await area.textContent()).slice(-1500)}`);
}

// ------------------------------------------------------------ by the settings of the old server

async function exportSettings() {
  await there.go('/tasks');
  const arrives = there.page.waitForEvent('download');
  await there.page.getByRole('link', { name: 'Export settings' }).or(there.button('Export settings')).first().click();
  const download = await arrives;
  const file = path.join(lab.folder, 'settings.json');
  await download.saveAs(file);
  const text = fs.readFileSync(file, 'utf8');
  check(!text.includes(tenant.secret) && !text.includes(domain.ADMIN_PASSWORD), 'a secret is in the settings');
  await there.shoot('migration-tasks');
  there.clean();
  return `${download.suggestedFilename()}, ${text.length} bytes`;
}

async function empty(name) {
  const server = lab.server(name);
  await server.serve('--no-cycles', '--listen', `127.0.0.1:${await freePort()}`);
  const window = await browser.window(server.url);
  await window.page.goto(server.url);
  await window.page.getByText('This server is new').waitFor();
  await window.settled();
  await window.shoot(`setup-${name}-sign-in`);
  await window.signInByLink(server.link());
  await wizardAt(window, 'Start');
  return [server, window];
}

async function importWizard() {
  const { page } = here;
  await here.shoot('setup-start', { dark: true });
  await page.getByRole('radio', { name: /Import settings/ }).check();
  await here.button('Next').click();
  await page.locator('input[type=file]').setInputFiles(path.join(lab.folder, 'settings.json'));
  await page.getByText(domain.SERVER_NAME, { exact: false }).first().waitFor();
  await here.settled();
  await here.shoot('setup-file');
  await here.button('Next').click();
  await wizardAt(here, 'Secrets');
  check(await here.button('Next').isDisabled(), 'one may go on without the secrets');
  await page.getByLabel('entra.client-secret').fill(tenant.secret);
  await page.getByLabel('directory.password').fill(domain.ADMIN_PASSWORD);
  await here.shoot('setup-secrets');
  await here.button('Next').click();
  await wizardAt(here, 'Sign-in method');
  await here.shoot('setup-sign-in-method');
  await here.button('Next').click();
  await wizardAt(here, 'Ready to configure');
  check(await page.getByRole('checkbox', { name: /Enable staging mode/ }).isChecked(), 'staging is not ticked');
  await page.getByText('This server starts in staging: it writes nothing outside.').waitFor();
  await here.shoot('setup-summary', { dark: true });
  here.clean();
}

async function configure(window, name) {
  await window.button('Configure').click();
  await window.page.getByRole('heading', { level: 2, name: 'Setting up' }).waitFor();
  await window.page.getByRole('list', { name: 'What it says' }).waitFor();
  await window.picture(`${name}-progress-1280-light`);
  await window.page.getByText(/This server is set up, and in staging/).waitFor({ timeout: 300_000 });
  await window.shoot(`${name}-done`);
  window.clean();
}

async function inStaging(window, server) {
  await window.go('/');
  await window.page.getByText('Staging', { exact: true }).first().waitFor();
  same('staging', server.run('status').role, 'the role of the new server');
  written({}, 'writes of a server in staging');
}

async function pairUp() {
  await there.go('/migration');
  await there.shoot('migration-begin');
  await there.button('Invite').click();
  const shown = there.page.locator('.fui-MessageBarBody').filter({ hasText: 'At https:' });
  await shown.waitFor();
  const [, code, url] = /^([0-9A-Z-]+)At (https:[^ ,]+),/.exec(await shown.textContent());
  await there.shoot('migration-invited');
  await here.go('/migration');
  await here.page.getByLabel('Its address').fill(url);
  await here.page.getByLabel('The code that it shows').fill(code);
  await here.button('Accept').click();
  await until('the new server knows the old one', async () => (await stateOf(here, 'Pair the two servers')).includes('done'));
  const pair = await opened(here, 'Pair the two servers');
  await pair.getByText('Yes', { exact: true }).waitFor();
  await here.settled();
  await here.shoot('migration-paired');
  here.clean();
  await there.go('/migration');
  await until('the old server knows the new one', async () => (await stateOf(there, 'Pair the two servers')).includes('done'));
  there.clean();
  return url;
}

async function verify() {
  let area = await opened(here, 'Verify');
  await here.button('Check this server').click();
  await area.getByText(/\d+ checks? ok, \d+ to look at, 0 refused/).waitFor({ timeout: 120_000 });
  await here.settled();
  await here.shoot('migration-preflight');
  await here.button('Compare').click();
  await area.getByRole('button', { name: 'Stop' }).or(area.getByText(/differences? in/)).first().waitFor();
  // Somebody closes the page in the middle, and opens it again.
  await here.reopen();
  area = await opened(here, 'Verify');
  await area.getByText(/\d+ checks? ok/).waitFor();
  await area.getByText(/differences? in [\d,. ]+ objects?/).waitFor({ timeout: 240_000 });
  const proof = await area.getByText(/differences? in [\d,. ]+ objects?/).first().textContent();
  await here.settled();
  await here.shoot('migration-verified', { dark: true });
  if (!proof.startsWith('0 differences in')) {
    const { id } = (await here.get('/operations')).operations.find((one) => one.act === 'compare');
    throw new Error(`${proof} ${JSON.stringify((await here.get(`/operations/${id}`)).result.differences).slice(0, 2000)}`);
  }
  check((await stateOf(here, 'Verify')).includes('done'), 'the step is not done');
  here.clean();
  written({}, 'writes while it was verified');
  return proof.split(':')[0];
}

async function swap() {
  const { page } = here;
  person = tenant.graph('users').find((user) => user.onPremisesDistinguishedName?.includes('OU=') && user.jobTitle) ?? tenant.graph('users?$select=userPrincipalName,onPremisesDistinguishedName,jobTitle').find((user) => user.jobTitle);
  const found = (await here.get(`/connectors/${encodeURIComponent(directoryName())}/objects?text=${encodeURIComponent(person.userPrincipalName)}&limit=1`)).objects[0];
  person.dn = found.dn;
  change(person.dn, 'title', 'Changed before the swap');
  await here.go('/migration');
  const area = await opened(here, 'Swap');
  await here.button('Swap…').click();
  await here.settled();
  await here.shoot('migration-swap-asked');
  await here.button('Swap now').click();
  await page.getByText('The right to write has changed hands, and nothing was lost.').waitFor({ timeout: 240_000 });
  await here.settled();
  await here.shoot('migration-swapped', { dark: true });
  const facts = await area.textContent();
  check(/Writes lost\s*0/.test(facts), `writes lost: ${facts.slice(-600)}`);
  check(/Writes repeated\s*0/.test(facts), `writes repeated: ${facts.slice(-600)}`);
  const downtime = /Nobody could write for\s*([\d.,]+ ?(?:ms|s|min))/.exec(facts);
  check(downtime, `no downtime: ${facts.slice(-600)}`);
  same(['active', 'staging'], [next.run('status').role, old.run('status').role], 'the roles of the new and the old server');
  written({ 'users.update': 1 }, 'writes of the swap');
  here.clean();
  return `nobody could write for ${downtime[1]}, 0 writes lost`;
}

const directoryName = () => next.run('connector', 'list').connectors.find((one) => one.Type !== 'entra').Name;

async function finalCheck() {
  const { page } = here;
  change(person.dn, 'title', 'Changed for the final check');
  const area = await opened(here, 'Final check');
  await page.getByRole('radio', { name: /Somebody who is there/ }).check();
  await page.getByLabel('User', { exact: true }).fill(person.userPrincipalName);
  await here.button('Follow').click();
  await area.getByText(/ arrived/).first().waitFor({ timeout: 240_000 });
  await here.settled();
  await here.shoot('migration-final', { dark: true });
  check((await stateOf(here, 'Final check')).includes('done'), `the step is not done: ${await stateOf(here, 'Final check')}`);
  same('Changed for the final check', tenant.graph(`users/${person.userPrincipalName}?$select=jobTitle`).jobTitle, 'the title in the tenant');
  written({ 'users.update': 1 }, 'writes of the final check');
  here.clean();
  return person.userPrincipalName;
}

async function onlyOneWrites() {
  change(person.dn, 'title', 'Changed once more');
  await there.go('/');
  await there.page.getByText('Staging', { exact: true }).first().waitFor();
  await there.button('Synchronize now').click();
  await there.page.getByText(/^No exports: /).waitFor({ timeout: 120_000 });
  await there.settled();
  await there.shoot('migration-old-cycle');
  written({}, 'writes of the old server');
  await here.go('/');
  await here.button('Synchronize now').click();
  await here.page.getByRole('table', { name: 'Runs of the cycle' }).waitFor({ timeout: 120_000 });
  written({ 'users.update': 1 }, 'writes of the new server');
  await here.go('/');
  await here.shoot('migration-home-after');
  here.clean();
  there.clean();
}

// ------------------------------------------------------------ fresh

async function freshWizard() {
  const { page } = atFresh;
  const next = () => atFresh.button('Next').click();
  await page.getByRole('radio', { name: /Start fresh/ }).check();
  await next();
  await wizardAt(atFresh, 'Sign-in method');
  await page.getByRole('radio', { name: /Pass-through/i }).check();
  await page.getByLabel('Name of the organisation').fill('Example');
  await next();
  await wizardAt(atFresh, 'Connect to the tenant');
  await page.getByLabel('Tenant', { exact: true }).fill(tenant.id);
  await page.getByLabel('Application (client) id').fill(tenant.clientId);
  await page.getByLabel('Client secret').fill('not the secret');
  await atFresh.button('Another cloud').click();
  await page.getByLabel('Token service').fill(tenant.url);
  await page.getByLabel('Graph', { exact: true }).fill(`${tenant.url}/v1.0`);
  await page.getByLabel('Authority of their certificate (PEM)').fill(fs.readFileSync(tenant.caFile, 'utf8'));
  await page.getByRole('checkbox', { name: /tandem-tenant/ }).check();
  await atFresh.button('Test connection').click();
  await page.getByText(/^refused$/i).first().waitFor();
  await atFresh.settled();
  await atFresh.shoot('setup-tenant-refused');
  check(await atFresh.button('Next').isDisabled(), 'one may go on with a wrong secret');
  await page.getByLabel('Client secret').fill(tenant.secret);
  await atFresh.button('Test connection').click();
  await until('the tenant is tested', () => atFresh.button('Next').isEnabled());
  await atFresh.shoot('setup-tenant');
  await next();
  await wizardAt(atFresh, 'Connect directories');
  await page.getByLabel('Name', { exact: true }).fill('corp.example.com');
  await page.getByLabel('Domain controller').fill(domain.SERVER_NAME);
  await page.getByLabel('Address to connect to').fill(address);
  await page.getByLabel('Name of the account').fill(domain.ADMIN);
  await page.getByLabel('Password').fill(domain.ADMIN_PASSWORD);
  await page.getByLabel('Authority of its certificate (PEM)').fill(fs.readFileSync(domain.CA_FILE, 'utf8'));
  await atFresh.shoot('setup-directory');
  await atFresh.button('Test and add').click();
  await page.getByText('reached', { exact: true }).or(page.getByText('connecting to the directory')).first().waitFor({ timeout: 60_000 });
  check(await page.getByText('reached', { exact: true }).isVisible(), `it is not reached: ${(await page.locator('main').textContent()).slice(-800)}`);
  await atFresh.shoot('setup-directories');
  await next();
  await wizardAt(atFresh, 'Domains and OUs');
  const name = leftOut.split('=')[1];
  await page.getByRole('checkbox', { name: `Read ${name}` }).click();
  await atFresh.shoot('setup-containers', { dark: true });
  await next();
  await wizardAt(atFresh, 'Optional features');
  await atFresh.shoot('setup-features');
  await next();
  await wizardAt(atFresh, 'Ready to configure');
  await page.getByText(`${leftOut},${base}`, { exact: false }).first().waitFor();
  check(await page.getByRole('checkbox', { name: /Enable staging mode/ }).isChecked(), 'staging is not ticked');
  await atFresh.shoot('setup-fresh-summary');
  atFresh.clean();
}

async function freshKnowsTheSame() {
  await atFresh.go('/pending');
  await atFresh.shoot('fresh-pending');
  const { total } = await atFresh.get('/pending');
  same(0, total, 'pending exports of the fresh server');
  await atFresh.go('/compare');
  await atFresh.page.getByText('This server has no partner yet.').first().waitFor();
  await atFresh.shoot('fresh-compare');
  // A partner is needed in the browser; on the machine itself, a home folder will do.
  const compared = fresh.ask('compare', '--with', next.home);
  const pending = compared.spaces.find((one) => one.space === 'pendingExports' && one.connector === 'entra');
  same([0, 0, 0], [pending.here, pending.there, pending.different], `pending exports here, there and different (${JSON.stringify(compared.spaces)})`);
  const policy = await atFresh.get('/policy');
  same([`${leftOut},${base}`], policy.connectors.find((one) => one.kind === 'activeDirectory').partitions[0].exclude, 'what is left out');
  same('passThroughAuthentication', policy.signIn.method, 'the sign-in method');
  atFresh.clean();
}

async function stagingOff() {
  await atFresh.go('/tasks');
  await atFresh.button('Switch staging off…').click();
  await atFresh.page.getByRole('alertdialog').or(atFresh.page.getByRole('dialog')).getByRole('button', { name: 'Switch staging off' }).click();
  await atFresh.page.getByText(/is the active server/).first().waitFor({ timeout: 60_000 });
  await atFresh.shoot('fresh-refused');
  same('staging', fresh.run('status').role, 'the role behind the refusal');
  atFresh.clean();
  await here.go('/tasks');
  await here.button('Switch staging on…').click();
  await here.page.getByRole('alertdialog').or(here.page.getByRole('dialog')).getByRole('button', { name: 'Switch staging on' }).click();
  await here.page.getByText('on: this server exports nothing').waitFor({ timeout: 120_000 });
  here.clean();
  await atFresh.go('/tasks');
  await atFresh.button('Switch staging off…').click();
  await atFresh.page.getByRole('alertdialog').or(atFresh.page.getByRole('dialog')).getByRole('button', { name: 'Switch staging off' }).click();
  await atFresh.page.getByText('off: this server writes').waitFor({ timeout: 120_000 });
  await atFresh.settled();
  await atFresh.shoot('fresh-active');
  atFresh.clean();
}

async function freshWrites() {
  await atFresh.go('/');
  await atFresh.button('Synchronize now').click();
  await atFresh.page.getByRole('table', { name: 'Runs of the cycle' }).waitFor({ timeout: 120_000 });
  written({}, 'writes of its first cycle');
  change(person.dn, 'title', 'Changed for the fresh one');
  await atFresh.go('/');
  await atFresh.button('Synchronize now').click();
  await atFresh.page.getByRole('table', { name: 'Runs of the cycle' }).waitFor({ timeout: 120_000 });
  await atFresh.settled();
  written({ 'users.update': 1 }, 'writes of a change');
  same('Changed for the fresh one', tenant.graph(`users/${person.userPrincipalName}?$select=jobTitle`).jobTitle, 'the title in the tenant');
  await atFresh.shoot('fresh-cycle');
  atFresh.clean();
}

try {
  await story.must('an old server of a Samba domain, active, with its console', begin);
  story.onFailure = async (name) => {
    for (const [who, window] of Object.entries({ here, there, atFresh })) await window?.picture(`failed-${who}-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)}`).catch(() => {});
  };
  await story.must('its settings are exported in the browser, without a secret', exportSettings);
  await story.must('an empty server is signed in to by a one-time link, and shows the wizard', async () => { [next, here] = await empty('new'); });
  await story.must('the wizard imports the file; secrets are typed in; staging is ticked', importWizard);
  await story.must('it is set up, with progress', () => configure(here, 'setup-import'));
  await story.must('it is in staging, and has written nothing', () => inStaging(here, next));
  await story.must('the two are paired by invitation', pairUp);
  await story.must('verify: fit, and 0 differences; the page is closed meanwhile', verify);
  await story.must('swap: a change meanwhile is written once', swap);
  await story.step('final check: somebody who was changed arrives', finalCheck);
  await story.step('only the new server writes', onlyOneWrites);
  await story.must('another empty server', async () => { [fresh, atFresh] = await empty('fresh'); });
  await story.must('the wizard starts fresh: tenant, directory, OUs, sign-in, features, summary', freshWizard);
  await story.must('it is set up in staging, with progress', () => configure(atFresh, 'setup-fresh'));
  await story.step('it has written nothing', () => inStaging(atFresh, fresh));
  await story.step('it would write nothing; compared with the active one', freshKnowsTheSame);
  await story.must('it is refused to be active beside another, then becomes it', stagingOff);
  await story.step('it writes a change once, and nothing else', freshWrites);
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
} finally {
  await browser?.close();
  await Promise.all(lab.servers.map((server) => server.stop()));
  helper('stop', build, lab.folder, address);
  await lab.close();
}
process.exitCode = story.end();

// SPDX-License-Identifier: Apache-2.0
// What one server in good order never shows: a server that has read nothing yet, signing in by an OpenID provider, a
// partner and its lag, taking over from a server that is gone, and a server's last day. Use: servers.mjs BUILD_DIR
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Browser } from './browser.mjs';
import { check, freePort, Lab, same, Stopped, Story, until } from './lab.mjs';

const build = process.argv[2];
const lab = new Lab(build, 'servers');
const story = new Story();
const oidcFolder = new URL('../oidc/', import.meta.url).pathname;
let browser, tenant, one, two, atOne, atTwo;

// ------------------------------------------------------------ a server that has read nothing yet

async function nothingRead() {
  const server = lab.server('new');
  server.run('init', '--demo', '--people', '20', ...tenant.options());
  await server.serve('--no-cycles');
  const window = await browser.window(server.url);
  await window.signInByLink(server.link());
  const { page } = window;
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.getByText('0 objects', { exact: true }).waitFor();
  await page.getByText('Nothing measured yet').waitFor();
  await window.shoot('new-home', { dark: true });
  await window.go('/connectors/corp.example.com?tab=containers');
  await page.getByText('not read', { exact: true }).first().waitFor();
  await window.shoot('new-containers');
  const pages = ['/operations', '/operations?tab=operations', '/connectors', '/connectors/corp.example.com', '/connectors/entra', '/connectors/corp.example.com?tab=search',
    '/metaverse', '/rules', '/rules/edit/new', '/rules/history', '/pending', '/compare', '/migration', '/tasks', '/health', '/health?tab=attributes', '/settings',
    '/settings?tab=alerts', '/settings?tab=threshold', '/settings?tab=secrets', '/audit', '/access'];
  for (const address of pages) {
    await window.go(address);
    await window.shoot(`new${address.replace(/[^a-z]+/g, '-')}`);
    try {
      window.clean();
    } catch (error) {
      throw new Error(`on ${address}: ${error.message}`);
    }
  }
  await window.context.close();
  await server.stop();
  return `${pages.length + 2} pages`;
}

// ------------------------------------------------------------ an OpenID provider

function openssl(folder, ...args) {
  const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  check(done.status === 0, `openssl ${args[0]}: ${done.stderr}`);
}

// ca.pem, and cert.pem with key.pem for localhost.
function makeCertificates(folder) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(folder, 'req', '-x509', ...key, '-days', '30', '-subj', '/CN=Test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl(folder, 'req', '-new', ...key, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'request.pem');
  fs.writeFileSync(path.join(folder, 'leaf.conf'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
  openssl(folder, 'x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '7', '-out', 'cert.pem', '-extfile', 'leaf.conf');
}

async function provider(comeBack) {
  makeCertificates(lab.folder);
  const file = (name) => path.join(lab.folder, name);
  const child = spawn('node', [path.join(oidcFolder, 'sign_in_provider.mjs'), file('key.pem'), file('cert.pem'), comeBack], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text) => { said += text; });
  await until('the provider listens', () => {
    check(child.exitCode === null, 'the provider ended');
    return /port: \d+/.test(said);
  });
  return { child, issuer: `https://localhost:${/port: (\d+)/.exec(said)[1]}` };
}

async function openId() {
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const { child, issuer } = await provider(`${url}/api/v1/session/oidc/return`);
  try {
    const server = lab.server('openid');
    server.run('init', '--demo', '--people', '20');
    server.settings(`url = "${url}"\n`, 'console');
    server.settings(`[console.oidc]\nissuer = "${issuer}"\nclient_id = "public"\nca_file = "${lab.folder}/ca.pem"\n`);
    await server.serveAt(port, '--no-cycles');
    const elsewhere = /asks another host: https:\/\/localhost/;
    const window = await browser.window(url);
    const { page } = window;
    const signIn = async () => {
      await page.goto(url);
      await page.getByRole('link', { name: `Sign in with ${new URL(issuer).host}` }).click();
    };
    // The provider knows her, this server does not yet.
    await signIn();
    await page.getByText(/did not sign you in here/).waitFor();
    await window.settled();
    await window.shoot('sign-in-refused');
    window.clean(elsewhere, /\/api\/v1\/session: 401/);
    server.run('account', 'add', 'ada', '--role', 'operator', '--oidc-email', 'ada@example.com');
    await signIn();
    await page.getByRole('button', { name: 'Signed in as ada, operator' }).waitFor();
    same('Home', await page.locator('h1').first().textContent(), 'the page behind the sign-in');
    await window.settled();
    // The session is whole: it may do what an operator may.
    await window.go('/settings');
    const wish = page.getByRole('switch', { name: 'Full import of corp.example.com' });
    await wish.click();
    // Set when the service has answered: before, the store that it makes for it is not whole yet.
    await until('the service has answered', () => wish.isChecked());
    check(server.run('scheduler', 'overrides').overrides[0].FullImportRequired, 'the override is not there');
    window.clean(elsewhere);
    const line = server.run('audit', 'list', '--act', 'scheduler.override').entries[0];
    same(['ada', 'oidc', 'done'], [line.who, line.door, line.outcome], 'the audit line');
    await page.getByRole('button', { name: 'Signed in as ada, operator' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Tandem' }).waitFor();
    await window.context.close();
    await server.stop();
  } finally {
    child.stdin.end();
  }
}

// ------------------------------------------------------------ a pair, and its end

async function pairUp() {
  // A lease that a test can wait for.
  const made = async (name, ...more) => {
    const server = lab.server(name);
    server.run('init', '--demo', '--people', '40', ...more, ...tenant.options());
    server.settings('lease_seconds = 15\n', 'witness');
    server.listen = `127.0.0.1:${await freePort()}`;
    await server.serve('--no-cycles', '--listen', server.listen);
    return server;
  };
  one = await made('one');
  one.run('cycle', 'initial');
  two = await made('two', '--staging');
  const { code, url } = one.run('pair', 'invite');
  two.run('pair', 'accept', url, code);
  two.run('cycle', 'initial');
  atOne = await browser.window(one.url);
  atTwo = await browser.window(two.url);
  await atOne.signInByLink(one.link());
  await atTwo.signInByLink(two.link());
}

async function homeOfPair() {
  const other = atOne.page.getByRole('region', { name: 'The other server' });
  await atOne.go('/');
  await other.getByText('Staging', { exact: true }).waitFor();
  const told = await other.textContent();
  check(/Behind by\d/.test(told), `the partner's lag is not told: ${told}`);
  await atOne.shoot('pair-home', { dark: true });
  await atTwo.go('/');
  await atTwo.page.getByRole('region', { name: 'The other server' }).getByText('Active', { exact: true }).waitFor();
  await atTwo.settled();
  atOne.clean();
  atTwo.clean();
}

async function typed(window, act, name) {
  const dialog = window.page.getByRole('alertdialog').or(window.page.getByRole('dialog'));
  const button = dialog.getByRole('button', { name: act, exact: true });
  check(await button.isDisabled(), `"${act}" is possible before anything is typed`);
  await dialog.getByRole('textbox').fill(name);
  await window.shoot(`ask-${act.toLowerCase().replace(' ', '-')}`);
  await button.click();
}

async function failover() {
  const there = one.run('status').name;
  await atOne.page.close();
  await one.stop();
  await atTwo.go('/tasks');
  const section = atTwo.page.getByRole('region', { name: 'Take over' });
  await section.getByRole('button', { name: 'Take over…' }).click();
  await typed(atTwo, 'Take over', there);
  await section.getByText('Done', { exact: true }).waitFor({ timeout: 180_000 });
  await atTwo.settled();
  await atTwo.shoot('failover', { dark: true });
  await atTwo.go('/');
  await atTwo.page.getByText(/^Active: it writes to the tenant/).waitFor();
  await atTwo.settled();
  await atTwo.shoot('partner-gone');
  atTwo.clean();
  same('active', two.run('status').role, 'the role');
}

async function decommission() {
  await one.serve('--no-cycles', '--listen', one.listen);
  one.start('cycle', 'delta'); // finds that it was replaced
  await until('the old server knows that it was replaced', () => one.run('status').role === 'staging');
  atOne = await browser.window(one.url);
  await atOne.signInByLink(one.link());
  await atOne.go('/tasks');
  const section = atOne.page.getByRole('region', { name: 'Retire this server' });
  await section.getByRole('button', { name: 'Retire…' }).click();
  await typed(atOne, 'Retire', one.run('status').name);
  await section.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
  await atOne.settled();
  await atOne.shoot('decommission');
  await atOne.go('/');
  await atOne.page.getByText('This server is retired').first().waitFor();
  await atOne.settled();
  await atOne.shoot('retired-home');
  atOne.clean();
  check(one.run('status').retired, 'it is not retired');
}

try {
  await story.must('a tenant and a browser', async () => {
    tenant = await lab.tenant();
    browser = await Browser.launch(build, []);
  });
  story.onFailure = async (name) => {
    for (const window of [atOne, atTwo]) {
      await window?.picture(`failed-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)}`).catch(() => {});
      if (window) window.complaints = [];
    }
  };
  await story.step('a server that has read nothing yet has no page that fails', nothingRead);
  if (fs.existsSync(path.join(oidcFolder, 'node_modules'))) await story.step('somebody signs in by an OpenID provider', openId);
  else story.skip('signing in by an OpenID provider', 'run npm ci in tests/functional/oidc');
  await story.must('two servers are paired', pairUp);
  await story.step('each sees the role of the other, and how far behind it is', homeOfPair);
  await story.must('the active one is gone, and the other takes over', failover);
  await story.step('the old one comes back, and is retired', decommission);
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
} finally {
  await browser?.close();
  await lab.close();
}
process.exitCode = story.end();

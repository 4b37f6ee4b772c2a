// SPDX-License-Identifier: Apache-2.0
// A tenant, servers with their services, and steps that are counted: real programs on loopback, in a temporary folder.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, ask, { seconds = 60, every = 100 } = {}) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(every);
  }
}

export function check(condition, what) {
  if (!condition) throw new Error(what);
}

export function same(expected, actual, what) {
  const [wanted, is] = [JSON.stringify(expected), JSON.stringify(actual)];
  if (wanted !== is) throw new Error(`${what}: ${is}, should be ${wanted}`);
}

export function freePort() {
  return new Promise((done, failed) => {
    const server = net.createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// Steps are told one by one. When one fails, those that need it are told to be skipped by stopping.
export class Story {
  passed = 0;
  failed = 0;
  skipped = 0;

  async step(name, work) {
    const began = Date.now();
    try {
      const more = await work();
      this.passed += 1;
      console.log(`  ok      ${name}${more ? `: ${more}` : ''}  (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      return true;
    } catch (error) {
      this.failed += 1;
      console.log(`  FAILED  ${name}: ${error.message}`);
      if (process.env.CONSOLE_TRACE) console.log(error.stack);
      await this.onFailure?.(name);
      return false;
    }
  }

  // What all that follows stands on.
  async must(name, work) {
    if (!(await this.step(name, work))) throw new Stopped();
  }

  skip(name, reason) {
    this.skipped += 1;
    console.log(`skipped: ${name}: ${reason}`);
  }

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`);
    return this.failed > 0 ? 1 : 0;
  }
}

export class Stopped extends Error {}

const children = new Set();

function start(program, args, log, environment = {}) {
  const out = fs.openSync(log, 'a');
  const child = spawn(program, args, { stdio: ['ignore', out, out], env: { ...process.env, ...environment } });
  fs.closeSync(out);
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

async function stop(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  for (let i = 0; i < 300 && child.exitCode === null && child.signalCode === null; i += 1) await sleep(100);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

export class Lab {
  constructor(build, name) {
    this.build = path.resolve(build);
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), `tandem-${name}-`));
    this.tandem = path.join(this.build, 'src/bin/tandem');
    this.tenants = [];
    this.servers = [];
  }

  async tenant(name = 'tenant') {
    const tenant = new Tenant(path.join(this.build, 'src/bin/tandem-tenant'), path.join(this.folder, name));
    this.tenants.push(tenant);
    await tenant.start();
    return tenant;
  }

  server(name) {
    const server = new Server(this.tandem, path.join(this.folder, name));
    this.servers.push(server);
    return server;
  }

  async close() {
    await Promise.all(this.servers.map((server) => server.stop()));
    await Promise.all(this.tenants.map((tenant) => tenant.stop()));
    if (process.env.CONSOLE_KEEP) console.log(`kept: ${this.folder}`);
    else fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Tenant {
  constructor(program, folder) {
    this.program = program;
    this.folder = folder;
    fs.mkdirSync(folder, { recursive: true });
  }

  async start() {
    const announcement = path.join(this.folder, 'announcement');
    this.child = start(this.program, ['--data', this.folder, '--listen', '127.0.0.1:0', '--throttling', 'off', '--profile', 'sync',
      '--initial-domain', 'lab.onmicrosoft.com', '--domain', 'corp.example.com'], announcement);
    await until('the tenant starts', () => {
      check(this.child.exitCode === null, `the tenant ended: ${fs.readFileSync(announcement, 'utf8')}`);
      return fs.readFileSync(announcement, 'utf8').includes('admin token file: ');
    });
    const text = fs.readFileSync(announcement, 'utf8');
    const said = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)[1];
    this.url = said('address').replace(/\/$/, '');
    this.id = said('tenant id');
    this.clientId = said('client id');
    this.secretFile = said('secret file');
    this.secret = fs.readFileSync(this.secretFile, 'utf8').trim();
    this.caFile = said('ca file');
    this.adminToken = fs.readFileSync(said('admin token file'), 'utf8').trim();
  }

  stop() { return stop(this.child); }

  // curl, because fetch() takes authorities at its start only.
  ask(url, ...more) {
    const done = spawnSync('curl', ['-sS', '--fail-with-body', '--cacert', this.caFile, ...more, url], { encoding: 'utf8', maxBuffer: 1 << 28 });
    check(done.status === 0, `${url}: ${done.stderr}${done.stdout.slice(0, 500)}`);
    return JSON.parse(done.stdout);
  }

  // {kind of write: how many}. The record of who may write is none of the directory's.
  writes() {
    const { writes } = this.ask(`${this.url}/tandem/counters`, '-H', `Authorization: Bearer ${this.adminToken}`);
    return Object.fromEntries(Object.entries(writes).filter(([name]) => !name.startsWith('extensions.')));
  }

  graph(what) {
    this.token ??= this.ask(`${this.url}/${this.id}/oauth2/v2.0/token`, '-d', 'grant_type=client_credentials', '-d', `client_id=${this.clientId}`,
      '--data-urlencode', `client_secret=${this.secret}`, '-d', 'scope=https://graph.microsoft.com/.default').access_token;
    const found = [];
    for (let url = `${this.url}/v1.0/${what}`; url;) {
      const answer = this.ask(url, '-H', `Authorization: Bearer ${this.token}`);
      if (!answer.value) return answer;
      found.push(...answer.value);
      url = answer['@odata.nextLink'];
    }
    return found;
  }

  // As 'tandem init' wants to know it.
  options() {
    return ['--tenant', this.id, '--client-id', this.clientId, '--client-secret-file', this.secretFile, '--login-url', this.url,
      '--graph-url', `${this.url}/v1.0`, '--entra-ca-file', this.caFile, '--sync-profile'];
  }
}

export class Server {
  constructor(program, home) {
    this.program = program;
    this.home = home;
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  }

  start(...args) {
    return spawnSync(this.program, ['--home', this.home, '--json', '--yes', ...args], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 600_000 });
  }

  // More of server.toml: lines of a table that is there, or tables.
  settings(text, table = '') {
    const file = path.join(this.home, 'server.toml');
    const before = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, table === '' ? `${before}\n${text}` : before.replace(`[${table}]\n`, `[${table}]\n${text}`));
  }

  // What it prints, whatever it makes of it.
  ask(...args) { return JSON.parse(this.start(...args).stdout); }

  run(...args) {
    const done = this.start(...args);
    check(done.status === 0, `tandem ${args.join(' ')}: exit code ${done.status}\n${done.stdout.slice(-2000)}${done.stderr.slice(-1000)}`);
    return done.stdout.trim() === '' ? {} : JSON.parse(done.stdout);
  }

  // 'tandem serve', with the console on this port; 0: on a free one.
  async serve(...args) { await this.serveAt(0, ...args); }

  async serveAt(port, ...args) {
    this.log = `${this.home}.log`;
    this.child = start(this.program, ['--home', this.home, 'serve', '--console', `127.0.0.1:${port}`, ...args], this.log);
    await until('the service starts', () => {
      check(this.child.exitCode === null, `the service ended: ${fs.readFileSync(this.log, 'utf8')}`);
      return fs.existsSync(path.join(this.home, 'api.sock'));
    });
    await until('the service gives links', () => {
      try {
        this.url = this.link().split('/#/')[0];
        return true;
      } catch {
        return false;
      }
    });
  }

  link(role = 'administrator', name = 'ada') { return this.run('account', 'link', '--role', role, '--name', name).url; }

  stop() { return stop(this.child); }
}

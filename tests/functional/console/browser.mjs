// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium, and what must hold on whatever page it shows.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { check, sleep } from './lab.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const sizes = { wide: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

export class Browser {
  // Complaints that are no surprise on any page.
  known = [];

  static async launch(build, servers) {
    const browser = new Browser();
    browser.screens = path.join(path.resolve(build), '../screens');
    fs.mkdirSync(browser.screens, { recursive: true });
    const hosts = [...new Set(servers)].map((host) => `MAP ${host} 127.0.0.1`).join(',');
    browser.chromium = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', ...(hosts === '' ? [] : [`--host-resolver-rules=${hosts}`])],
    });
    return browser;
  }

  // A window of its own, with its own cookies.
  async window(origin, options = {}) {
    const context = await this.chromium.newContext({ viewport: sizes.wide, ignoreHTTPSErrors: true, acceptDownloads: true, ...options });
    context.setDefaultTimeout(60_000);
    const window = new Window(this, context, origin);
    await window.open();
    return window;
  }

  close() { return this.chromium.close(); }
}

export class Window {
  complaints = [];
  expected = [];

  constructor(browser, context, origin) {
    this.browser = browser;
    this.context = context;
    this.origin = origin;
  }

  async open() {
    this.page = await this.context.newPage();
    const { page } = this;
    const complain = (text) => this.complaints.push(`${page.url().split('#')[1] ?? page.url()}: ${text}`);
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complain(`the browser says: ${message.text()}`); });
    page.on('pageerror', (error) => complain(`an exception: ${error.message}`));
    page.on('dialog', (dialog) => { complain(`a dialog of a script: ${dialog.message()}`); void dialog.dismiss(); });
    page.on('requestfailed', (request) => {
      // Event streams end when a page is left.
      if (!['net::ERR_ABORTED'].includes(request.failure()?.errorText)) complain(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
    });
    page.on('response', (response) => { if (response.status() >= 400) complain(`${response.request().method()} ${new URL(response.url()).pathname}: ${response.status()}`); });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== this.origin) complain(`asks another host: ${request.url()}`);
    });
  }

  // The page is closed, and opened anew where it was.
  async reopen() {
    const url = this.page.url();
    await this.page.close();
    await this.open();
    await this.page.goto(url);
    await this.settled();
  }

  async signInByLink(link) {
    await this.page.goto(link);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.page.waitForURL((url) => !url.hash.startsWith('#/link'));
    await this.settled();
  }

  async signIn(name, password) {
    await this.page.goto(`${this.origin}/`);
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await this.settled();
  }

  async go(address) {
    await this.page.goto(`${this.origin}/#${address}`);
    await this.settled();
  }

  // Everything that was asked for has come.
  async settled(seconds = 60) {
    const { page } = this;
    await page.locator('h1').first().waitFor();
    await page.waitForFunction(() => document.querySelector('.fui-Skeleton, [aria-busy=true], .fui-Spinner') === null, null, { timeout: seconds * 1000 });
    // What fades in or out has no colours yet.
    await page.evaluate(() => Promise.race([
      Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished)),
      new Promise((done) => setTimeout(done, 2000)),
    ]));
    await sleep(150);
  }

  button(name) { return this.page.getByRole('button', { name, exact: true }); }

  picture(name) { return this.page.screenshot({ path: path.join(this.browser.screens, `${name}.png`) }); }

  async get(address) {
    const answer = await this.context.request.get(`${this.origin}/api/v1${address}`);
    check(answer.ok(), `GET ${address}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }

  // What axe finds, and what does not fit.
  async look(where) {
    const { page } = this;
    await page.evaluate(axe);
    // Dummies of Fluent's focus keeper hand the focus on at once.
    const { violations } = await page.evaluate(() => window.axe.run({ exclude: ['[data-tabster-dummy]', '.fui-Toast'] }, { resultTypes: ['violations'] }));
    for (const found of violations.filter((one) => ['serious', 'critical'].includes(one.impact))) {
      this.complaints.push(`${where}: axe: ${found.impact} ${found.id}: ${found.help}: ${found.nodes.slice(0, 2).map((node) => node.html.slice(0, 200)).join(' | ')}`);
    }
    const tooWide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.getElementById('main')?.scrollWidth ?? 0, document.body.scrollWidth) - window.innerWidth);
    if (tooWide > 0) this.complaints.push(`${where}: ${tooWide} px wider than the window`);
    const heading = await page.locator('h1').first().textContent();
    if ((heading ?? '').trim() === '') this.complaints.push(`${where}: no heading`);
  }

  // A page at both sizes, light; with dark, dark too: pictures, and what is to complain of.
  async shoot(name, { dark = false } = {}) {
    const { page } = this;
    for (const [size, scheme] of [['wide', 'light'], ['phone', dark ? 'dark' : 'light'], ...(dark ? [['wide', 'dark']] : [])]) {
      await page.setViewportSize(sizes[size]);
      await page.emulateMedia({ colorScheme: scheme });
      await this.settled();
      await this.picture(`${name}-${sizes[size].width}-${scheme}`);
      await this.look(`${name} at ${sizes[size].width} px, ${scheme}`);
    }
    await page.setViewportSize(sizes.wide);
    await page.emulateMedia({ colorScheme: 'light' });
    await sleep(50);
  }

  // What was complained of since the last time, less what was expected.
  clean(...expected) {
    const known = [...expected, ...this.browser.known];
    const rest = this.complaints.filter((text) => !known.some((pattern) => pattern.test(text)));
    this.complaints = [];
    check(rest.length === 0, `${rest.length} complaints: ${[...new Set(rest)].join('; ')}`);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Pictures of every page, as a person would look at them, and what axe and the browser have to say about each.
//   npm run build && npm run screens [-- NAME…]      the pictures are in screens/
// CHROMIUM: the browser (default /usr/bin/chromium). Exit code 1 when axe finds something serious, or the browser complains.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { serveMock } from '../mock/server.mjs';
import { scenes } from './scenes.mjs';

const only = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const out = new URL('../screens/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
let bad = 0;
// SCREENS=quick: one look at each size.
const views = process.env.SCREENS === 'quick' ? [[1280, 'light'], [390, 'dark']] : [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']];

for (const scene of scenes.filter((s) => only.length === 0 || only.includes(s.name))) {
  const { server, port } = await serveMock(0, { objects: 1_000_000, speed: 8, signedInAs: 'admin', ...scene.mock });
  for (const [size, scheme] of views) {
    const context = await browser.newContext({ viewport: { width: size, height: size === 390 ? 844 : 900 }, colorScheme: scheme, bypassCSP: false });
    const page = await context.newPage();
    page.on('console', (m) => { if (m.type() === 'error' && !(scene.errorsExpected)) { bad += 1; console.log(`${scene.name} ${size} ${scheme}: ${m.text()}`); } });
    page.on('pageerror', (e) => { bad += 1; console.log(`${scene.name} ${size} ${scheme}: ${e.message}`); });
    await page.goto(`http://127.0.0.1:${port}/#${scene.path}`);
    await page.waitForSelector('h1', { timeout: 60_000 });
    await page.waitForTimeout(1500);
    try {
      await scene.act?.(page, size);
    } catch (error) {
      bad += 1;
      console.log(`${scene.name} ${size} ${scheme}: ${error.message.split('\n')[0]}`);
    }
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${out}${scene.name}-${size}-${scheme}.png` });
    if (process.env.SCREENS === 'quick' || size === 1280 || scheme === 'light') {
      // Dummies of Fluent's focus keeper hand the focus on at once.
      // The page's policy refuses scripts of others; a debugger's evaluation is not under it.
      await page.evaluate(axe);
      const result = await page.evaluate(() => window.axe.run({ exclude: ['[data-tabster-dummy]'] }, { resultTypes: ['violations'] }));
      for (const v of result.violations.filter((x) => ['serious', 'critical', 'moderate'].includes(x.impact))) {
        if (v.impact !== 'moderate') bad += 1;
        console.log(`${scene.name} ${size} ${scheme}: axe ${v.impact} ${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' | ' + (n.any[0]?.message ?? '').slice(0, 140)).join('\n    ')}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) { bad += 1; console.log(`${scene.name} ${size}: ${wide} px wider than the window`); }
    }
    await context.close();
  }
  server.closeAllConnections();
  server.close();
  console.log(`${scene.name} done`);
}
await browser.close();
process.exit(bad > 0 ? 1 : 0);

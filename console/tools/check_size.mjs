// SPDX-License-Identifier: Apache-2.0
// The console is read over slow lines, too: what all files weigh, compressed, has a limit. It also looks for
// what the server's Content-Security-Policy would refuse.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const bytesMax = 1_000_000;
const dist = new URL('../dist', import.meta.url).pathname;
const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
  .map((f) => join(f.parentPath, f.name));
let total = 0;
for (const file of files) total += gzipSync(readFileSync(file), { level: 9 }).length;
console.log(`dist: ${files.length} files, ${(total / 1000).toFixed(0)} kB compressed, at most ${bytesMax / 1000} kB`);
if (total > bytesMax) {
  console.error('The console is too large. Load a page lazily, or leave a dependency out.');
  process.exit(1);
}
const page = readFileSync(join(dist, 'index.html'), 'utf8');
if (/<script(?![^>]*\bsrc=)/.test(page) || /(?:src|href)="(?:https?:)?\/\//.test(page)) {
  console.error('index.html has an inline script, or something from another host. The server refuses both.');
  process.exit(1);
}

// SPDX-License-Identifier: Apache-2.0
// The stand-in behind HTTP: the API, event streams, and the built console with the headers of the real server.
// Environment: PORT (5174), MOCK_OBJECTS, MOCK_SPEED, MOCK_SETUP=1 (first start), MOCK_BROKEN=1, MOCK_AS (signed in).
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { makeMock } from './mock.mjs';

const dist = new URL('../dist', import.meta.url).pathname;
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'; frame-ancestors 'none'";

export function serveMock(port, options) {
  const mock = makeMock(options);
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const url = request.url ?? '/';
      const events = /^\/api\/v1\/operations\/([^/]+)\/events/.exec(url);
      if (events) return stream(mock, events[1], request, response);
      if (!url.startsWith('/api/')) return file(url, response);
      const text = Buffer.concat(chunks).toString();
      const answer = mock.answer(request.method, url, text === '' ? undefined : JSON.parse(text), request.headers);
      const body = answer.text ?? (answer.status === 204 ? '' : JSON.stringify(answer.body));
      response.writeHead(answer.status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...answer.headers });
      response.end(body);
    });
  });
  return new Promise((resolve) => { server.listen(port, '127.0.0.1', () => resolve({ server, mock, port: server.address().port })); });
}

function stream(mock, id, request, response) {
  const operation = mock.operations.raw(id);
  if (!operation) { response.writeHead(404); response.end(); return; }
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const write = (n, event, data) => response.write(`id: ${n}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  operation.events.slice(Number(request.headers['last-event-id'] ?? 0)).forEach((e, i) => write(i + 1, e.event, e.data));
  operation.listeners.add(write);
  response.on('close', () => operation.listeners.delete(write));
}

function file(url, response) {
  const path = join(dist, normalize(url.split('?')[0]).replace(/^\/$/, '/index.html'));
  if (!path.startsWith(dist) || !existsSync(path)) { response.writeHead(404); response.end('not found'); return; }
  response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
  response.end(readFileSync(path));
}

export const optionsFromEnvironment = () => ({
  objects: Number(process.env.MOCK_OBJECTS ?? 20_000), speed: Number(process.env.MOCK_SPEED ?? 1), setup: process.env.MOCK_SETUP === '1',
  broken: process.env.MOCK_BROKEN === '1', signedInAs: process.env.MOCK_AS ?? null,
});

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { port } = await serveMock(Number(process.env.PORT ?? 5174), optionsFromEnvironment());
  console.log(`http://127.0.0.1:${port}/ (sign in as admin, olivia or victor: "correct horse battery")`);
}

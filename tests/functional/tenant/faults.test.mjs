// SPDX-License-Identifier: Apache-2.0
// Throttling as documented, faults on request, counters, the page for people.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import * as t from './tenant_fixture.mjs';

const client = t.graphClient();
const off = { enabled: false };
afterEach(async () => {
  await t.admin('DELETE', 'faults');
  await t.admin('PATCH', 'tenant', { throttling: off });
});

test('the official client waits out two 429', async () => {
  await t.admin('PUT', 'faults', { faults: [{ kind: 'throttle', count: 2, retryAfter: 1, pathContains: '/organization' }] });
  const start = Date.now();
  assert.equal((await client.api('/organization').get()).value.length, 1);
  assert.ok(Date.now() - start >= 2000);
});

test('the write limit answers 429 with its headers, by inner request', async () => {
  await t.admin('PATCH', 'tenant', { throttling: { enabled: true, writes: 3, writeWindowSeconds: 60, resourceUnits: 10000 } });
  const requests = Array.from({ length: 5 }, (_, i) => ({ id: String(i), method: 'POST', url: '/users', headers: { 'Content-Type': 'application/json' }, body: t.newUser() }));
  const answer = await t.call('POST', '/$batch', { requests });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json.responses.map((one) => one.status), [201, 201, 201, 429, 429]);
  const refused = answer.json.responses[3];
  assert.ok(Number(refused.headers['Retry-After']) >= 1);
  assert.equal(refused.body.error.code, 'TooManyRequests');
  assert.equal(refused.headers['x-ms-throttle-information'], 'WriteLimitExceeded');
  assert.match(refused.headers['x-ms-throttle-scope'], new RegExp(`^Tenant_Application/Write/${t.clientId}/${t.tenantId}$`));
  const read = await t.call('GET', '/users?$top=1&$select=id');
  assert.deepEqual([read.status, read.headers.get('x-ms-resource-unit')], [200, '1']);
});

test('a lost answer: the write is done', async () => {
  await t.admin('PUT', 'faults', { faults: [{ kind: 'lostAnswer', count: 1, method: 'POST', pathContains: '/users' }] });
  const user = t.newUser();
  await assert.rejects(t.call('POST', '/users', user));
  assert.equal((await t.call('GET', `/users/${user.userPrincipalName}`)).status, 200);
});

test('503, 500, slow, truncated, HTML', async () => {
  const met = async (fault) => {
    await t.admin('PUT', 'faults', { faults: [{ count: 1, ...fault }] });
    return t.call('GET', '/organization');
  };
  const unavailable = await met({ kind: 'unavailable', retryAfter: 7 });
  assert.deepEqual([unavailable.status, unavailable.headers.get('retry-after')], [503, '7']);
  assert.equal((await met({ kind: 'serverError' })).status, 500);
  const start = Date.now();
  await met({ kind: 'slow', delayMs: 300 });
  assert.ok(Date.now() - start >= 300);
  const truncated = await met({ kind: 'truncated' });
  assert.deepEqual([truncated.status, truncated.json], [200, undefined]);
  assert.match((await met({ kind: 'html' })).text, /^<html>/);
});

test('replication delay: a new object is unknown for a while', async () => {
  await t.admin('PUT', 'faults', { replicationDelayMs: 400 });
  const user = await t.create('users', t.newUser());
  const group = await t.create('groups', t.newGroup());
  assert.equal((await t.call('GET', `/users/${user.id}`)).status, 404);
  assert.equal((await t.call('POST', `/groups/${group.id}/members/$ref`, t.ref(user.id))).status, 404);
  await new Promise((done) => setTimeout(done, 450));
  assert.equal((await t.call('POST', `/groups/${group.id}/members/$ref`, t.ref(user.id))).status, 204);
});

test('faults with mistakes are refused', async () => {
  for (const fault of [{ kind: 'nonsense', count: 1 }, { kind: 'slow' }, { kind: 'slow', rate: 2 }, { kind: 'slow', count: 1, typo: 1 }]) {
    await assert.rejects(t.admin('PUT', 'faults', { faults: [fault] }), /400/);
  }
  const stranger = await fetch(`${t.origin}/tandem/counters`);
  assert.equal(stranger.status, 401);
});

test('counters count what changed, not what was asked', async () => {
  const user = await t.create('users', t.newUser({ jobTitle: 'same' }));
  await t.admin('DELETE', 'counters');
  await t.call('PATCH', `/users/${user.id}`, { jobTitle: 'same' });
  let counters = await t.admin('GET', 'counters');
  assert.deepEqual([counters.totalWrites, counters.requests['PATCH users/{id}']], [0, 1]);
  await t.call('PATCH', `/users/${user.id}`, { jobTitle: 'other' });
  counters = await t.admin('GET', 'counters');
  assert.deepEqual(counters.writes, { 'users.update': 1 });
});

test('the page shows people as text, pages, searches, and asks nobody else', async () => {
  const name = `<script>alert(${process.pid})</script>`;
  await t.create('users', t.newUser({ displayName: name }));
  const page = await fetch(`${t.origin}/?q=${encodeURIComponent(name)}`);
  const html = await page.text();
  assert.ok(html.includes(`&lt;script&gt;alert(${process.pid})`));
  assert.ok(!html.includes('<script'));
  assert.ok(!/(src|href)="(https?:)?\/\//.test(html));
  assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
  assert.match(html, /1 found/);
  for (const tab of ['groups', 'contacts', 'deleted']) {
    assert.equal((await fetch(`${t.origin}/?tab=${tab}&page=999999`)).status, 200);
  }
});

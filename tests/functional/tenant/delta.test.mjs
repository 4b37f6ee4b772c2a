// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import * as t from './tenant_fixture.mjs';

// All pages of a round; the link that ends it.
async function round(start) {
  const value = [];
  let url = start;
  for (;;) {
    const page = await t.call('GET', url);
    assert.equal(page.status, 200, page.text);
    value.push(...page.json.value);
    assert.ok(!(page.json['@odata.nextLink'] && page.json['@odata.deltaLink']));
    if (page.json['@odata.deltaLink']) return { value, link: page.json['@odata.deltaLink'] };
    url = page.json['@odata.nextLink'];
  }
}

test('users: everything, then what changed, then what was deleted, restored and purged', async () => {
  const user = await t.create('users', t.newUser({ jobTitle: 'one' }));
  let { value, link } = await round('/users/delta?$select=jobTitle');
  assert.ok(value.some((one) => one.id === user.id && one.jobTitle === 'one'));
  ({ value, link } = await round(link));
  assert.deepEqual(value, []);
  await t.call('PATCH', `/users/${user.id}`, { jobTitle: 'two' });
  ({ value, link } = await round(link));
  assert.deepEqual(value, [{ id: user.id, jobTitle: 'two' }]);
  const step = async (method, path, expected) => {
    await t.call(method, path, method === 'POST' ? {} : undefined);
    ({ value, link } = await round(link));
    assert.deepEqual(value, [expected]);
  };
  await step('DELETE', `/users/${user.id}`, { id: user.id, '@removed': { reason: 'changed' } });
  await step('POST', `/directory/deletedItems/${user.id}/restore`, { id: user.id, jobTitle: 'two' });
  await step('DELETE', `/users/${user.id}`, { id: user.id, '@removed': { reason: 'changed' } });
  await step('DELETE', `/directory/deletedItems/${user.id}`, { id: user.id, '@removed': { reason: 'deleted' } });
});

test('from now on, by id, and with a bad token', async () => {
  const { value, link } = await round('/users/delta?$deltatoken=latest');
  assert.deepEqual(value, []);
  const user = await t.create('users', t.newUser());
  assert.deepEqual((await round(link)).value.map((one) => one.id), [user.id]);
  const other = await t.create('users', t.newUser());
  const some = await round(`/users/delta?$filter=id eq '${user.id}' or id eq '${other.id}'&$select=id`);
  assert.deepEqual(some.value.map((one) => one.id), [user.id, other.id]);
  assert.equal((await t.call('GET', '/users/delta?$deltatoken=nonsense')).status, 400);
  assert.equal((await t.call('GET', "/users/delta?$filter=displayName eq 'x'")).status, 400);
});

test('groups: members come, go, and go with a purged user', async () => {
  const users = [await t.create('users', t.newUser()), await t.create('users', t.newUser())];
  let { value, link } = await round('/groups/delta?$deltatoken=latest&$select=displayName,members');
  const group = await t.create('groups', { ...t.newGroup(), 'members@odata.bind': users.map((u) => t.bind(u.id)) });
  ({ value, link } = await round(link));
  assert.deepEqual(value[0]['members@delta'].map((one) => one.id), users.map((u) => u.id));
  assert.equal(value[0]['members@delta'][0]['@odata.type'], '#microsoft.graph.user');
  await t.call('DELETE', `/groups/${group.id}/members/${users[0].id}/$ref`);
  ({ value, link } = await round(link));
  assert.deepEqual(value[0]['members@delta'], [{ '@odata.type': '#microsoft.graph.user', id: users[0].id, '@removed': { reason: 'deleted' } }]);
  await t.call('DELETE', `/users/${users[1].id}`);
  ({ value, link } = await round(link));
  assert.deepEqual(value, [], 'a soft-deleted member stays');
  await t.call('DELETE', `/directory/deletedItems/${users[1].id}`);
  ({ value, link } = await round(link));
  assert.equal(value[0]['members@delta'][0]['@removed'].reason, 'deleted');
  await t.call('DELETE', `/groups/${group.id}`);
  ({ value, link } = await round(link));
  assert.deepEqual(value, [{ id: group.id, '@removed': { reason: 'deleted' } }]);
});

test('a group of 5,000 comes over several pages, each member once', async () => {
  const ids = [];
  for (let from = 0; from < 5000; from += 20) {
    const requests = Array.from({ length: 20 }, (_, i) => ({ id: String(i), method: 'POST', url: '/users', headers: { 'Content-Type': 'application/json' }, body: t.newUser() }));
    const answer = await t.call('POST', '/$batch', { requests });
    ids.push(...answer.json.responses.map((one) => one.body.id));
  }
  const group = await t.create('groups', t.newGroup());
  for (let from = 0; from < 5000; from += 400) {
    const requests = [];
    for (let at = from; at < Math.min(from + 400, 5000); at += 20) {
      requests.push({ id: String(at), method: 'PATCH', url: `/groups/${group.id}`, headers: { 'Content-Type': 'application/json' }, body: { 'members@odata.bind': ids.slice(at, at + 20).map(t.bind) } });
    }
    const answer = await t.call('POST', '/$batch', { requests });
    assert.ok(answer.json.responses.every((one) => one.status === 204));
  }
  const { value } = await round(`/groups/delta?$select=members&$filter=id eq '${group.id}'`);
  assert.ok(value.length > 1);
  assert.deepEqual(value.flatMap((one) => one['members@delta'].map((m) => m.id)).sort(), ids.sort());
});

test('managers are tracked when selected', async () => {
  const [boss, user] = [await t.create('users', t.newUser()), await t.create('users', t.newUser())];
  let { value, link } = await round('/users/delta?$deltatoken=latest&$select=id,manager');
  await t.call('PUT', `/users/${user.id}/manager/$ref`, t.ref(boss.id));
  ({ value, link } = await round(link));
  assert.equal(value.find((one) => one.id === user.id)['manager@delta'][0].id, boss.id);
  await t.call('DELETE', `/users/${user.id}/manager/$ref`);
  ({ value } = await round(link));
  assert.equal(value.find((one) => one.id === user.id)['manager@delta'][0]['@removed'].reason, 'deleted');
});

test('expired tokens: syncStateNotFound, or 410 with Location', async () => {
  const { link } = await round('/users/delta?$deltatoken=latest');
  await new Promise((done) => setTimeout(done, 5));
  await t.admin('POST', 'faults/expire-delta-tokens');
  const expired = await t.call('GET', link);
  assert.deepEqual([expired.status, expired.json.error.code], [400, 'syncStateNotFound']);
  await t.admin('POST', 'faults/expire-delta-tokens?reset=true');
  const reset = await t.call('GET', link);
  assert.equal(reset.status, 410);
  assert.match(reset.headers.get('location'), /\/users\/delta\?\$deltatoken=$/);
  assert.equal((await t.call('GET', reset.headers.get('location'))).status, 200);
});

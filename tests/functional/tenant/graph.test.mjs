// SPDX-License-Identifier: Apache-2.0
// The official Graph client against the tenant.
import assert from 'node:assert/strict';
import test from 'node:test';
import graph from '@microsoft/microsoft-graph-client';
import * as t from './tenant_fixture.mjs';

const { GraphError, PageIterator, BatchRequestContent, BatchResponseContent } = graph;
const client = t.graphClient();

test('create, read, change, delete', async () => {
  const made = await client.api('/users').post(t.newUser({ jobTitle: 'Clerk' }));
  assert.match(made.id, /^[0-9a-f-]{36}$/);
  assert.equal(made.accountEnabled, undefined, 'not a default property');
  await client.api(`/users/${made.id}`).patch({ jobTitle: 'Boss', mailNickName: 'other', department: null });
  const read = await client.api(`/users/${made.userPrincipalName}`)
    .select(['jobTitle', 'mailNickname', 'accountEnabled']).get();
  assert.equal(read.jobTitle, 'Boss');
  assert.equal(read.mailNickname, 'other', 'names match without case');
  assert.equal(read.accountEnabled, true);
  await client.api(`/users/${made.id}`).delete();
  await assert.rejects(client.api(`/users/${made.id}`).get(), (error) => {
    assert.ok(error instanceof GraphError);
    assert.equal(error.statusCode, 404);
    assert.equal(error.code, 'Request_ResourceNotFound');
    assert.ok(error.requestId);
    return true;
  });
});

test('a taken name is ObjectConflict with its target, in the body that Graph sends', async () => {
  const first = await client.api('/users').post(t.newUser());
  const again = t.newUser({ userPrincipalName: first.userPrincipalName.toUpperCase() });
  await assert.rejects(client.api('/users').post(again), (error) => {
    const body = JSON.parse(error.body);
    assert.equal(error.statusCode, 400);
    assert.equal(error.code, 'Request_BadRequest');
    assert.equal(body.details[0].code, 'ObjectConflict');
    assert.equal(body.details[0].target, 'userPrincipalName');
    assert.ok(body.innerError['request-id']);
    return true;
  });
});

test('the same onPremisesImmutableId twice is refused, deleted objects too', async () => {
  const anchor = Buffer.from(String(Math.random())).toString('base64');
  const first = await t.create('users', t.newUser({ onPremisesImmutableId: anchor }), 'graph');
  const refused = async () => {
    const again = await t.call('POST', '/users', t.newUser({ onPremisesImmutableId: anchor }), {}, 'graph');
    assert.equal(again.status, 400);
    assert.equal(again.json.error.details[0].target, 'onPremisesImmutableId');
  };
  await refused();
  await t.call('DELETE', `/users/${first.id}`, undefined, {}, 'graph');
  await refused();
});

test('property rules answer with the documented errors', async () => {
  const refused = async (changes, pattern) => {
    const answer = await t.call('POST', '/users', t.newUser(changes), {}, 'graph');
    assert.equal(answer.status, 400, JSON.stringify(changes));
    assert.match(answer.json.error.message, pattern);
  };
  await refused({ userPrincipalName: 'a@other.example' }, /domain portion of the userPrincipalName/);
  await refused({ userPrincipalName: 'zoë@lab.example' }, /Invalid value specified for property 'userPrincipalName'/);
  await refused({ userPrincipalName: 'a.@lab.example' }, /Invalid value/);
  await refused({ displayName: undefined }, /A value is required for property 'displayName' of resource 'User'/);
  await refused({ passwordProfile: undefined }, /passwordProfile/);
  await refused({ jobTitle: 'x'.repeat(129) }, /jobTitle has an invalid length/);
  await refused({ usageLocation: 'NLD' }, /usageLocation has an invalid length/);
  await refused({ usageLocation: '1a' }, /usageLocation/);
  await refused({ businessPhones: ['1', '2'] }, /businessPhones/);
  await refused({ onPremisesImmutableId: 'a_b' }, /onPremisesImmutableId/);
  await refused({ proxyAddresses: ['SMTP:a@lab.example'] }, /read-only/);
  await refused({ onPremisesSyncEnabled: true }, /read-only/);
  await refused({ nonsense: 1 }, /nonsense/);
  await refused({ accountEnabled: 'yes' }, /accountEnabled/);
  const long = await t.call('POST', '/users', t.newUser({ jobTitle: 'é'.repeat(128) }), {}, 'graph');
  assert.equal(long.status, 201, 'lengths are in characters');
});

test('paging with PageIterator, $count with ConsistencyLevel', async () => {
  const department = `D${process.pid}`;
  for (let i = 0; i < 45; ++i) await t.create('users', t.newUser({ department }));
  const page = await client.api('/users').filter(`department eq '${department}'`).top(20)
    .select('id,department').header('ConsistencyLevel', 'eventual').count(true).get();
  assert.equal(page.value.length, 20);
  assert.equal(page['@odata.count'], 45);
  assert.ok(page['@odata.nextLink'].startsWith(`${t.origin}/v1.0/users?`));
  const seen = new Set();
  const iterator = new PageIterator(client, page, (user) => { seen.add(user.id); return true; });
  await iterator.iterate();
  assert.equal(seen.size, 45);
  const count = await t.call('GET', `/users/$count?$filter=department eq '${department}'`, undefined,
                             { ConsistencyLevel: 'eventual' });
  assert.equal(count.text, '45');
  assert.equal((await t.call('GET', '/users/$count')).status, 400);
});

test('filters, select, order and search', async () => {
  const word = `W${process.pid}`;
  const quoted = await t.create('users', t.newUser({ displayName: `${word} O'Neil`, city: 'Breda' }));
  await t.create('users', t.newUser({ displayName: `${word} Zorn`, city: 'Assen', accountEnabled: false }));
  const names = async (query, headers = {}) => {
    const answer = await t.call('GET', `/users?${query}`, undefined, headers);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.value.map((user) => user.displayName.slice(word.length + 1));
  };
  const advanced = { ConsistencyLevel: 'eventual' };
  assert.deepEqual(await names(`%24filter=displayName eq '${word} O''Neil'`), ["O'Neil"]);
  assert.deepEqual(await names(`$filter=startswith(displayName,'${word}') and city eq 'assen'`), ['Zorn']);
  assert.deepEqual(await names(`$filter=id in ('${quoted.id}','00000000-0000-0000-0000-000000000000')`), ["O'Neil"]);
  assert.deepEqual(await names(`$filter=startsWith(displayName,'${word}') and accountEnabled eq false`), ['Zorn']);
  assert.deepEqual(await names(`$filter=startsWith(displayName,'${word}') and city ne 'Assen'&$count=true`, advanced), ["O'Neil"]);
  assert.deepEqual(await names(`$filter=startsWith(displayName,'${word}')&$orderby=displayName desc&$count=true`, advanced), ['Zorn', "O'Neil"]);
  assert.deepEqual(await names(`$search="displayName:${word}"&$orderby=displayName`, advanced), ["O'Neil", 'Zorn']);
  const refused = async (query, code) => {
    const answer = await t.call('GET', `/users?${query}`);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.error.code, code);
    return answer.json.error.message;
  };
  assert.match(await refused('$select=nonsense', 'Request_BadRequest'),
               /Could not find a property named 'nonsense' on type 'microsoft.graph.user'/);
  await refused("$filter=city ne 'Assen'", 'Request_UnsupportedQuery');
  await refused("$filter=city eq", 'Request_BadRequest');
  await refused('$top=1000', 'Request_BadRequest');
  assert.match(await refused('$search="displayName:x"', 'Request_UnsupportedQuery'), /ConsistencyLevel/);
});

test('proxyAddresses are found by any(), groups by name and type', async () => {
  const address = `p${process.pid}@lab.example`;
  const user = await t.create('users', t.newUser({ mail: address }));
  const found = await t.call('GET', `/users?$filter=proxyAddresses/any(p:p eq 'smtp:${address}')`);
  assert.deepEqual(found.json.value.map((one) => one.id), [user.id]);
  const group = await t.create('groups', t.newGroup({ groupTypes: ['Unified'], mailEnabled: true }));
  const groups = await t.call('GET', `/groups?$filter=groupTypes/any(c:c eq 'Unified') and displayName eq '${group.displayName}'`);
  assert.equal(groups.json.value.length, 1);
  assert.match(groups.json.value[0].mail, /@lab\.example$/);
});

test('members: bind, $ref, casts, counts, all or nothing', async () => {
  const users = [];
  for (let i = 0; i < 23; ++i) users.push(await t.create('users', t.newUser()));
  const group = await client.api('/groups').post({
    ...t.newGroup(), 'members@odata.bind': [t.bind(users[0].id)], 'owners@odata.bind': [t.bind(users[1].id)] });
  await client.api(`/groups/${group.id}/members/$ref`).post(t.ref(users[1].id));
  await client.api(`/groups/${group.id}`).patch({ 'members@odata.bind': users.slice(2, 22).map((u) => t.bind(u.id)) });
  const members = (await client.api(`/groups/${group.id}/Members`).get()).value;
  assert.equal(members.length, 22);
  assert.equal(members[0]['@odata.type'], '#microsoft.graph.user');
  const one = await t.call('POST', `/groups/${group.id}/members/$ref`, t.ref(users[1].id));
  assert.match(one.json.error.message, /added object references already exist for the following modified properties: 'members'/);
  const some = await t.call('PATCH', `/groups/${group.id}`,
    { 'members@odata.bind': [t.bind(users[22].id), t.bind(users[1].id)] });
  assert.equal(some.status, 400);
  const twice = await t.call('PATCH', `/groups/${group.id}`,
    { 'members@odata.bind': [t.bind(users[22].id), t.bind(users[22].id)] });
  assert.match(twice.json.error.message, /can only be present once/);
  const count = await t.call('GET', `/groups/${group.id}/members/$count`, undefined, { ConsistencyLevel: 'eventual' });
  assert.equal(count.text, '22', 'nothing of the refused binds was done');
  const unknown = await t.call('POST', `/groups/${group.id}/members/$ref`, t.ref('00000000-0000-0000-0000-000000000001'));
  assert.equal(unknown.status, 404);
  assert.equal((await t.call('DELETE', `/groups/${group.id}/members/${users[1].id}/$ref`)).status, 204);
  assert.equal((await t.call('DELETE', `/groups/${group.id}/members/${users[1].id}/$ref`)).status, 404);
  assert.equal((await t.call('DELETE', `/groups/${group.id}/owners/${users[2].id}/$ref`)).status, 404);
  assert.equal((await t.call('GET', `/groups/${group.id}/owners`)).json.value.length, 1);
  const page = await t.call('GET', `/groups/${group.id}/members/microsoft.graph.user?$top=5&$select=id`);
  assert.equal(page.json.value.length, 5);
  const rest = await t.call('GET', page.json['@odata.nextLink']);
  assert.equal(rest.json.value.length, 5);
});

test('nested groups: memberOf, transitive, checkMemberGroups, getByIds', async () => {
  const user = await t.create('users', t.newUser());
  const inner = await t.create('groups', { ...t.newGroup(), 'members@odata.bind': [t.bind(user.id)] });
  const outer = await t.create('groups', { ...t.newGroup(), 'members@odata.bind': [t.bind(inner.id)] });
  const ids = (answer) => answer.json.value.map((one) => one.id ?? one).sort();
  assert.deepEqual(ids(await t.call('GET', `/users/${user.id}/memberOf`)), [inner.id]);
  assert.deepEqual(ids(await t.call('GET', `/users/${user.id}/transitiveMemberOf`)), [inner.id, outer.id].sort());
  assert.deepEqual(ids(await t.call('GET', `/groups/${outer.id}/transitiveMembers`)), [inner.id, user.id].sort());
  assert.deepEqual(ids(await t.call('POST', `/users/${user.id}/getMemberGroups`, { securityEnabledOnly: true })), [inner.id, outer.id].sort());
  assert.deepEqual(ids(await t.call('POST', `/directoryObjects/${user.id}/checkMemberGroups`, { groupIds: [outer.id] })), [outer.id]);
  assert.deepEqual(ids(await t.call('POST', '/directoryObjects/getByIds', { ids: [user.id, outer.id], types: ['user'] })), [user.id]);
});

test('manager: set, read, expand, reports, remove', async () => {
  const boss = await t.create('users', t.newUser());
  const user = await t.create('users', { ...t.newUser(), 'manager@odata.bind': t.bind(boss.id) });
  assert.equal((await client.api(`/users/${user.id}/manager`).get()).id, boss.id);
  const expanded = await client.api(`/users/${user.id}`).expand('manager($select=displayName)').get();
  assert.equal(expanded.manager.displayName, boss.displayName);
  assert.equal((await t.call('GET', `/users/${boss.id}/directReports`)).json.value[0].id, user.id);
  assert.equal((await t.call('DELETE', `/users/${user.id}/manager/$ref`)).status, 204);
  assert.equal((await t.call('GET', `/users/${user.id}/manager`)).status, 404);
  assert.equal((await t.call('PUT', `/users/${user.id}/manager/$ref`, t.ref(boss.id))).status, 204);
});

test('$batch through the official client', async () => {
  const users = [await t.create('users', t.newUser()), await t.create('users', t.newUser())];
  const steps = users.map((user, i) => ({
    id: String(i + 1), request: new Request(`${t.origin}/v1.0/users/${user.id}`, { method: 'GET' }) }));
  const content = await new BatchRequestContent(steps).getContent();
  const responses = new BatchResponseContent(await client.api('/$batch').post(content));
  for (const [, response] of responses.getResponses()) assert.equal(response.status, 200);
});

test('$batch: integer ids, dependsOn, limits, inner errors', async () => {
  const batch = (requests) => t.call('POST', '/$batch', { requests });
  const user = t.newUser();
  const answer = await batch([
    { id: 1, method: 'POST', url: '/users', headers: { 'Content-Type': 'application/json' }, body: user },
    { id: '2', dependsOn: [1], method: 'GET', url: `/users/${user.userPrincipalName}?$select=id` },
    { id: '3', method: 'PATCH', url: '/users/00000000-0000-0000-0000-000000000009', body: { jobTitle: 'x' } },
    { id: '4', dependsOn: ['3'], method: 'DELETE', url: `/users/${user.userPrincipalName}` },
  ]);
  assert.equal(answer.status, 200);
  const byId = new Map(answer.json.responses.map((one) => [one.id, one]));
  assert.deepEqual([1, '2', '3', '4'].map((id) => byId.get(id).status), [201, 200, 404, 424]);
  const many = await batch(Array.from({ length: 21 }, (_, i) => ({ id: String(i), method: 'GET', url: '/users' })));
  assert.equal(many.status, 400);
  assert.match(many.json.error.message, /exceeds the maximum value of '20'/);
  assert.equal((await batch([{ id: '1', method: 'GET', url: '/users' }, { id: '1', method: 'GET', url: '/users' }])).status, 400);
  assert.equal((await t.call('POST', '/$batch', { nothing: [] })).status, 400);
});

test('group upsert by uniqueName', async () => {
  const key = `u-${process.pid}`;
  const path = `/groups(uniqueName='${key}')`;
  const body = t.newGroup();
  assert.equal((await t.call('PATCH', path, body)).status, 404, 'without Prefer nothing is made');
  const made = await t.call('PATCH', path, body, { Prefer: 'create-if-missing' });
  assert.equal(made.status, 201);
  assert.equal(made.json.uniqueName, key);
  const again = await t.call('PATCH', path, { displayName: 'Renamed' }, { Prefer: 'create-if-missing' });
  assert.equal(again.status, 204);
  const read = await t.call('GET', `${path}?$select=id,displayName`);
  assert.deepEqual([read.json.id, read.json.displayName], [made.json.id, 'Renamed']);
  assert.equal((await t.call('PATCH', path, { uniqueName: 'other' })).status, 400);
  const user = await t.create('users', t.newUser());
  assert.equal((await t.call('POST', `${path}/members/$ref`, t.ref(user.id))).status, 204);
  const same = await t.call('POST', '/groups', t.newGroup({ uniqueName: key }));
  assert.equal(same.json.error.details[0].target, 'uniqueName');
});

test('soft delete: list, restore, conflict, purge; security groups go at once', async () => {
  const user = await t.create('users', t.newUser());
  const group = await t.create('groups', { ...t.newGroup(), 'members@odata.bind': [t.bind(user.id)] });
  await t.call('DELETE', `/users/${user.id}`);
  const deleted = await t.call('GET', `/directory/deletedItems/microsoft.graph.user?$filter=id eq '${user.id}'`);
  assert.ok(deleted.json.value[0].deletedDateTime);
  assert.ok(deleted.json.value[0].userPrincipalName.startsWith(user.id.replaceAll('-', '')));
  assert.equal((await t.call('GET', '/directory/deletedItems')).status, 400);
  const taker = await t.create('users', t.newUser({ userPrincipalName: user.userPrincipalName }));
  assert.equal((await t.call('POST', `/directory/deletedItems/${user.id}/restore`, {})).status, 409);
  await t.call('DELETE', `/users/${taker.id}`);
  assert.equal((await t.call('POST', `/directory/deletedItems/${user.id}/restore`, {})).status, 200);
  const members = await t.call('GET', `/groups/${group.id}/members`);
  assert.equal(members.json.value.length, 1, 'memberships return');
  assert.equal((await t.call('DELETE', `/groups/${group.id}`)).status, 204);
  assert.equal((await t.call('GET', `/directory/deletedItems/${group.id}`)).status, 404);
  assert.equal((await t.call('DELETE', `/directory/deletedItems/${taker.id}`, undefined, {}, 'graph')).status, 403);
  assert.equal((await t.call('DELETE', `/directory/deletedItems/${taker.id}`)).status, 204);
});

test('beta, bare metadata, odd keys, unknown paths', async () => {
  const user = await t.create('users', t.newUser({ userPrincipalName: `odd'name#${process.pid}@lab.example` }));
  for (const key of [`odd'name%23${process.pid}%40lab.example`, encodeURIComponent(user.userPrincipalName)]) {
    assert.equal((await t.call('GET', `/users/${key}`)).json.id, user.id);
  }
  const quoted = await t.call('GET', `/users('odd''name%23${process.pid}@lab.example')`);
  assert.equal(quoted.json.id, user.id);
  assert.equal((await t.call('GET', `${t.origin}/beta/users/${user.id}`)).status, 200);
  const bare = await t.call('GET', '/users?$top=1', undefined, { Accept: 'application/json;odata.metadata=none' });
  assert.equal(bare.json['@odata.context'], undefined);
  assert.ok(bare.json['@odata.nextLink']);
  const unknown = await t.call('GET', '/nonsense');
  assert.equal(unknown.status, 400);
  assert.match(unknown.json.error.message, /Resource not found for the segment 'nonsense'/);
  const broken = await fetch(`${t.origin}/v1.0/users`, { method: 'POST', body: '{"a":',
    headers: { Authorization: `Bearer ${(await t.token()).access_token}` } });
  assert.equal(broken.status, 400);
});

test('$metadata: every property that it names can be selected', async () => {
  const answer = await fetch(`${t.origin}/v1.0/$metadata`);
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'application/xml']);
  const text = await answer.text();
  for (const [collection, type] of [['users', 'user'], ['groups', 'group'], ['contacts', 'orgContact'], ['devices', 'device']]) {
    assert.match(text, new RegExp(`<EntitySet Name="${collection}" EntityType="microsoft.graph.${type}"/>`));
    const body = new RegExp(`<EntityType Name="${type}"[^>]*>(.*?)</EntityType>`, 's').exec(text)[1];
    const names = [...body.matchAll(/<Property Name="(\w+)"/g)].map((one) => one[1]);
    assert.ok(names.length > 10, `${type}: ${names}`);
    assert.equal((await t.call('GET', `/${collection}?$top=1&$select=${names.join(',')}`)).status, 200, type);
  }
});

test('organization, domains, extensions with ETag, synchronization settings', async () => {
  const list = (await client.api('/organization').get()).value;
  assert.equal(list[0].id, t.tenantId);
  assert.equal((await client.api(`/organization/${t.tenantId}`).get()).id, t.tenantId);
  assert.ok((await client.api('/domains').get()).value.some((one) => one.id === t.domain && one.isDefault));
  const extensions = `/organization/${t.tenantId}/extensions`;
  const name = `com.example.w${process.pid}`;
  const made = await t.call('POST', extensions, { '@odata.type': 'microsoft.graph.openTypeExtension', extensionName: name, holder: 'a', epoch: 1 });
  assert.equal(made.status, 201);
  assert.equal((await t.call('POST', extensions, { extensionName: name })).status, 409);
  const etag = made.headers.get('etag');
  assert.equal((await t.call('PATCH', `${extensions}/${name}`, { holder: 'b' }, { 'If-Match': etag })).status, 204);
  assert.equal((await t.call('PATCH', `${extensions}/${name}`, { holder: 'c' }, { 'If-Match': etag })).status, 412);
  const read = await t.call('GET', `${extensions}/${name}`);
  assert.deepEqual([read.json.holder, read.json.epoch], ['b', 1]);
  assert.equal((await t.call('DELETE', `${extensions}/${name}`)).status, 204);
  assert.equal((await t.call('GET', `${extensions}/${name}`)).status, 404);
  const settings = (await t.call('GET', '/directory/onPremisesSynchronization')).json.value[0];
  assert.equal(settings.configuration.accidentalDeletionPrevention.alertThreshold, 500);
  assert.equal(settings.features.softMatchOnUpnEnabled, true);
  const path = `/directory/onPremisesSynchronization/${t.tenantId}`;
  assert.equal((await t.call('PATCH', path, { features: { blockSoftMatchEnabled: true } }, {}, 'graph')).status, 403);
  assert.equal((await t.call('PATCH', path, { features: { nonsense: true } })).status, 400);
});

// SPDX-License-Identifier: Apache-2.0
// The synchronization permission: authority, matching, quarantine, names. The tenant's own rules,
// after Microsoft's documents on Entra Connect.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as t from './tenant_fixture.mjs';

const select = '$select=id,displayName,userPrincipalName,mailNickname,mail,proxyAddresses,jobTitle,' +
  'onPremisesSyncEnabled,onPremisesImmutableId,onPremisesProvisioningErrors,onPremisesUserPrincipalName';
const read = async (id) => (await t.call('GET', `/users/${id}?${select}`)).json;
const feature = (features) => t.call('PATCH', `/directory/onPremisesSynchronization/${t.tenantId}`, { features });

test('an ordinary app cannot change a synced object; the sync app can', async () => {
  const user = await t.create('users', t.newSyncedUser());
  const group = await t.create('groups', { ...t.newGroup(), onPremisesSyncEnabled: true, onPremisesImmutableId: `g${user.id}` });
  const mastered = /Unable to update the specified properties for on-premises mastered/;
  const refused = await t.call('PATCH', `/users/${user.id}`, { jobTitle: 'x' }, {}, 'graph');
  assert.equal(refused.status, 400);
  assert.match(refused.json.error.message, mastered);
  assert.equal((await t.call('PATCH', `/users/${user.id}`, { usageLocation: 'NL' }, {}, 'graph')).status, 204);
  assert.match((await t.call('POST', `/groups/${group.id}/members/$ref`, t.ref(user.id), {}, 'graph')).json.error.message, mastered);
  assert.match((await t.call('DELETE', `/users/${user.id}`, undefined, {}, 'graph')).json.error.message, mastered);
  assert.equal((await t.call('PATCH', `/users/${user.id}`, { jobTitle: 'x' })).status, 204);
  assert.equal((await t.call('POST', `/groups/${group.id}/members/$ref`, t.ref(user.id))).status, 204);
});

test('contacts are read-only but for the sync app', async () => {
  const body = { displayName: 'Contact', mail: `c${process.pid}@partner.example`, onPremisesSyncEnabled: true, onPremisesImmutableId: `c${process.pid}` };
  assert.equal((await t.call('POST', '/contacts', body, {}, 'graph')).status, 403);
  const contact = await t.create('contacts', body);
  assert.equal((await t.call('GET', `/contacts/${contact.id}`, undefined, {}, 'graph')).json.mail, body.mail);
  assert.equal((await t.call('PATCH', `/contacts/${contact.id}`, { companyName: 'Partner' })).status, 204);
});

test('hard match takes a cloud user over; a deleted one is restored; a synced one conflicts', async () => {
  const source = t.newSyncedUser({ jobTitle: 'From the source' });
  const cloud = await t.create('users', t.newUser({ onPremisesImmutableId: source.onPremisesImmutableId }), 'graph');
  const matched = await t.call('POST', '/users', source);
  assert.equal(matched.status, 200);
  assert.equal(matched.headers.get('x-tandem-match'), 'hard');
  assert.equal(matched.json.id, cloud.id);
  assert.equal((await t.call('POST', '/users', source)).json.error.details[0].target, 'onPremisesImmutableId');
  assert.equal((await t.call('DELETE', `/users/${cloud.id}`)).status, 204);
  const back = await t.call('POST', '/users', source);
  assert.equal(back.json.id, cloud.id);
  const now = await read(cloud.id);
  assert.deepEqual([now.onPremisesSyncEnabled, now.jobTitle], [true, 'From the source']);
});

test('hard match can be blocked', async () => {
  const source = t.newSyncedUser();
  await t.create('users', t.newUser({ onPremisesImmutableId: source.onPremisesImmutableId }), 'graph');
  await feature({ blockCloudObjectTakeoverThroughHardMatchEnabled: true });
  const refused = await t.call('POST', '/users', source);
  await feature({ blockCloudObjectTakeoverThroughHardMatchEnabled: false });
  assert.equal(refused.json.error.details[0].code, 'InvalidHardMatch');
});

test('soft match by primary address and by UPN stamps the anchor', async () => {
  const cloud = await t.create('users', t.newUser());
  await t.call('PATCH', `/users/${cloud.id}`, { mail: `m${cloud.id}@lab.example` }, {}, 'graph');
  const byMail = await t.call('POST', '/users', t.newSyncedUser({ proxyAddresses: [`SMTP:m${cloud.id}@lab.example`] }));
  assert.deepEqual([byMail.status, byMail.json.id, byMail.headers.get('x-tandem-match')], [200, cloud.id, 'soft']);
  const other = await t.create('users', t.newUser());
  const source = t.newSyncedUser({ userPrincipalName: other.userPrincipalName });
  const byUpn = await t.call('POST', '/users', source);
  assert.equal(byUpn.json.id, other.id);
  assert.equal((await read(other.id)).onPremisesImmutableId, source.onPremisesImmutableId);
});

test('an administrator is not taken over', async () => {
  const admin = await t.create('users', t.newUser());
  const roles = () => t.call('GET', `/users/${admin.id}/memberOf/microsoft.graph.directoryRole?$select=id`);
  assert.deepEqual((await roles()).json.value, []);
  await t.admin('PATCH', 'tenant', { administrators: [admin.userPrincipalName] });
  assert.equal((await roles()).json.value[0].displayName, 'Global Administrator');
  const source = t.newSyncedUser({ userPrincipalName: admin.userPrincipalName });
  const refused = await t.call('POST', '/users', source);
  assert.deepEqual([refused.status, refused.json.error.details[0].code], [400, 'ExistingAdminRoleConflict']);
  await t.admin('PATCH', 'tenant', { administrators: [] });
  assert.equal((await t.call('POST', '/users', source)).json.id, admin.id);
});

test('an address of a group: ObjectTypeMismatch', async () => {
  const group = await t.create('groups', t.newGroup({ groupTypes: ['Unified'], mailEnabled: true }));
  const clash = await t.call('POST', '/users', t.newSyncedUser({ proxyAddresses: [`SMTP:${group.mail}`] }));
  assert.equal(clash.json.error.details[0].code, 'ObjectTypeMismatch');
});

test('quarantine: the object is written, the value waits, and comes back', async () => {
  const first = await t.create('users', t.newSyncedUser());
  const address = `q${first.id}@lab.example`;
  await t.call('PATCH', `/users/${first.id}`, { proxyAddresses: [`SMTP:${address}`] });
  const second = await t.create('users', t.newSyncedUser({
    userPrincipalName: first.userPrincipalName, proxyAddresses: [`SMTP:${address}`] }));
  const waiting = await read(second.id);
  const prefix = first.userPrincipalName.split('@')[0];
  assert.match(waiting.userPrincipalName, new RegExp(`^${prefix}\\d{4}@${t.initialDomain}$`));
  assert.deepEqual(waiting.proxyAddresses, []);
  assert.deepEqual(waiting.onPremisesProvisioningErrors.map((one) => [one.propertyCausingError, one.value]).sort(),
    [['ProxyAddress', `SMTP:${address}`], ['UserPrincipalName', first.userPrincipalName]]);
  await t.call('DELETE', `/users/${first.id}`);
  await t.admin('POST', 'quarantine/retry');
  const free = await read(second.id);
  assert.equal(free.userPrincipalName, first.userPrincipalName);
  assert.deepEqual(free.proxyAddresses, [`SMTP:${address}`]);
  assert.deepEqual(free.onPremisesProvisioningErrors, []);
});

test('without quarantine a clash is AttributeValueMustBeUnique', async () => {
  const [first, second] = [await t.create('users', t.newSyncedUser()), await t.create('users', t.newSyncedUser())];
  await feature({ quarantineUponUpnConflictEnabled: false });
  const refused = await t.call('PATCH', `/users/${second.id}`, { userPrincipalName: first.userPrincipalName });
  await feature({ quarantineUponUpnConflictEnabled: true });
  assert.equal(refused.json.error.details[0].code, 'AttributeValueMustBeUnique');
});

test('the five steps of the UPN document', async () => {
  const n = process.pid;
  const steps = [
    [{ proxyAddresses: [`SMTP:user1${n}@contoso.example`], mail: `user2${n}@contoso.example`, userPrincipalName: `user3${n}@contoso.example` }, 'user1', 'user1', t.initialDomain],
    [{ mailNickname: `user4${n}` }, 'user4', 'user1', t.initialDomain],
    [{ userPrincipalName: `user5${n}@contoso.example` }, 'user4', 'user4', t.initialDomain],
    [{ proxyAddresses: [`SMTP:user6${n}@contoso.example`], mail: `user7${n}@contoso.example` }, 'user4', 'user4', t.initialDomain],
    [{ userPrincipalName: `user5${n}@${t.domain}` }, 'user4', 'user5', t.domain],
  ];
  const { mailNickname, ...base } = t.newSyncedUser();
  let id;
  for (const [body, nickname, name, domain] of steps) {
    if (id) assert.equal((await t.call('PATCH', `/users/${id}`, body)).status, 204);
    else id = (await t.create('users', { ...base, ...body })).id;
    const now = await read(id);
    assert.equal(now.mailNickname, nickname + n);
    assert.equal(now.userPrincipalName, `${name}${n}@${domain}`);
  }
});

test('a domain that is verified later gives the names back', async () => {
  const upn = `late${process.pid}@late.example`;
  const user = await t.create('users', t.newSyncedUser({ userPrincipalName: upn }));
  assert.ok((await read(user.id)).userPrincipalName.endsWith(t.initialDomain));
  await t.admin('PATCH', 'tenant', { domains: [{ name: 'late.example' }] });
  assert.equal((await read(user.id)).userPrincipalName, upn);
  await t.admin('PATCH', 'tenant', { removeDomains: ['late.example'] });
  assert.ok((await read(user.id)).userPrincipalName.endsWith(t.initialDomain));
});

test('addresses: reserved and legacy ones are dropped, mail becomes primary', async () => {
  const n = process.pid;
  const user = await t.create('users', t.newSyncedUser({
    mail: `a${n}@lab.example`,
    proxyAddresses: [`smtp:b${n}@lab.example`, `smtp:c@x.onmicrosoft.com`, 'X400:c=nl;a= ;p=x', 'broken', `x500:/o=Org/cn=${n}`] }));
  const now = await read(user.id);
  assert.equal(now.mail, `a${n}@lab.example`);
  assert.deepEqual(now.proxyAddresses, [`SMTP:a${n}@lab.example`, `smtp:b${n}@lab.example`, `x500:/o=Org/cn=${n}`]);
});

test('the anchor of a synced object cannot change; a write of the same values writes nothing', async () => {
  const source = t.newSyncedUser({ proxyAddresses: [`SMTP:s${process.pid}@lab.example`] });
  const user = await t.create('users', source);
  assert.match((await t.call('PATCH', `/users/${user.id}`, { onPremisesImmutableId: 'other' })).json.error.message, /SourceAnchor/);
  await t.admin('DELETE', 'counters');
  assert.equal((await t.call('PATCH', `/users/${user.id}`, source)).status, 204);
  assert.equal((await t.admin('GET', 'counters')).totalWrites, 0);
});

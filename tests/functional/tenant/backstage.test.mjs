// SPDX-License-Identifier: Apache-2.0
// Backstage's reader, written by others for the real Graph, sees what was written.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import * as t from './tenant_fixture.mjs';

const backstage = createRequire(import.meta.url)('@backstage/plugin-catalog-backend-module-msgraph');
const logger = { info() {}, debug() {}, warn: console.warn, error: console.error, child() { return logger; } };

test('users, groups and memberships', async () => {
  const user = await t.create('users', t.newUser({ mail: `b${process.pid}@lab.example` }));
  const inner = await t.create('groups', { ...t.newGroup(), 'members@odata.bind': [t.bind(user.id)] });
  const outer = await t.create('groups', { ...t.newGroup(), 'members@odata.bind': [t.bind(inner.id)] });
  const client = new backstage.MicrosoftGraphClient(`${t.origin}/v1.0`, t.credential());
  const org = await backstage.readMicrosoftGraphOrg(client, t.tenantId, {
    logger, loadUserPhotos: false, queryMode: 'advanced', userFilter: 'accountEnabled eq true' });
  const id = (entity) => entity.metadata.annotations['graph.microsoft.com/user-id'] ??
    entity.metadata.annotations['graph.microsoft.com/group-id'];
  const found = org.users.find((one) => id(one) === user.id);
  assert.equal(found.spec.profile.email, `b${process.pid}@lab.example`);
  const group = org.groups.find((one) => id(one) === inner.id);
  assert.ok(found.spec.memberOf.includes(group.metadata.name) ||
            found.spec.memberOf.includes(`group:default/${group.metadata.name}`), String(found.spec.memberOf));
  const parent = org.groups.find((one) => id(one) === outer.id);
  assert.ok(parent.spec.children.some((child) => child.endsWith(group.metadata.name)));
});

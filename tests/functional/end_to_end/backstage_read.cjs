// SPDX-License-Identifier: Apache-2.0
// Prints what Backstage's reader for Microsoft Graph finds in a tenant:
//   {users: {id: {name, mail, groups: [id]}}, groups: {id: {name, children: [id]}}}
// Use: backstage_read.cjs ADDRESS TENANT CLIENT SECRET_FILE, with NODE_EXTRA_CA_CERTS set.
const fs = require('fs');
const path = require('path');
const modules = path.join(__dirname, '..', 'tenant', 'node_modules');
const { MicrosoftGraphClient, readMicrosoftGraphOrg } =
  require(path.join(modules, '@backstage/plugin-catalog-backend-module-msgraph'));
const { ClientSecretCredential } = require(path.join(modules, '@azure/identity'));

const [address, tenant, client, secretFile] = process.argv.slice(2);
const logger = { info() {}, debug() {}, warn: console.error, error: console.error, child: () => logger };

async function main() {
  // The certificate has the name localhost; identity libraries insist on https and a real host.
  const origin = address.replace('127.0.0.1', 'localhost');
  const credential = new ClientSecretCredential(tenant, client, fs.readFileSync(secretFile, 'utf8').trim(), {
    authorityHost: origin, disableInstanceDiscovery: true,
  });
  const graph = new MicrosoftGraphClient(`${origin}/v1.0`, credential);
  const found = await readMicrosoftGraphOrg(graph, tenant, {
    logger, loadUserPhotos: false, queryMode: 'advanced',
  });
  const id = (entity) => entity.metadata.annotations['graph.microsoft.com/user-id'] ||
    entity.metadata.annotations['graph.microsoft.com/group-id'];
  const byName = new Map();
  for (const group of found.groups) byName.set(group.metadata.name, id(group));
  const idOf = (reference) => byName.get(reference.replace(/^group:(default\/)?/, ''));
  const users = {};
  for (const user of found.users) {
    users[id(user)] = {
      name: user.spec.profile.displayName, mail: user.spec.profile.email,
      groups: (user.spec.memberOf || []).map(idOf).filter(Boolean),
    };
  }
  const groups = {};
  for (const group of found.groups) {
    if (!id(group)) continue; // the tenant itself is the root
    groups[id(group)] = {
      name: group.spec.profile && group.spec.profile.displayName,
      children: (group.spec.children || []).map(idOf).filter(Boolean),
    };
  }
  process.stdout.write(JSON.stringify({ users, groups }));
}

main().catch((error) => { console.error(error.stack); process.exit(1); });

// SPDX-License-Identifier: Apache-2.0
// One tenant for all test files: run.sh starts it and says where it is in the environment.
import fs from 'node:fs';
import crypto from 'node:crypto';
import 'isomorphic-fetch';
import graph from '@microsoft/microsoft-graph-client';
import { ClientSecretCredential } from '@azure/identity';

const need = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set; use run.sh`);
  return process.env[name];
};

export const folder = need('TENANT_FOLDER');
export const origin = `https://localhost:${need('TENANT_PORT')}`;
const announced = fs.readFileSync(`${folder}/announcement`, 'utf8');
const line = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(announced)[1];
export const tenantId = line('tenant id');
export const clientId = line('client id');
export const clientSecret = fs.readFileSync(`${folder}/client.secret`, 'utf8').trim();
export const graphAppId = 'aaaaaaaa-0000-0000-0000-000000000002'; // profile graph
export const graphAppSecret = 'a secret of the graph profile';
export const certificateKey = fs.readFileSync(`${folder}/app.key`, 'utf8');
export const certificatePem = fs.readFileSync(`${folder}/app.pem`, 'utf8');
export const certificateDer = new crypto.X509Certificate(certificatePem).raw;
const adminToken = fs.readFileSync(`${folder}/admin.token`, 'utf8').trim();

export const scope = 'https://graph.microsoft.com/.default';
export const domain = 'lab.example';
export const initialDomain = 'lab.onmicrosoft.com';

export async function admin(method, path, body) {
  const answer = await fetch(`${origin}/tandem/${path}`, {
    method,
    headers: { Authorization: `Bearer ${adminToken}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export async function token(id = clientId, secret = clientSecret, extra = {}) {
  const answer = await fetch(`${origin}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials', client_id: id, client_secret: secret, scope, ...extra,
    }),
  });
  return answer.json();
}

const tokens = new Map();
async function cachedToken(id, secret) {
  if (!tokens.has(id)) tokens.set(id, (await token(id, secret)).access_token);
  return tokens.get(id);
}

// Plain requests, where a test looks at what the official client hides.
export async function call(method, path, body, headers = {}, app = 'sync') {
  const bearer = app === 'sync' ? await cachedToken(clientId, clientSecret)
                                : await cachedToken(graphAppId, graphAppSecret);
  const answer = await fetch(path.startsWith('https:') ? path : `${origin}/v1.0${path}`, {
    method,
    headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  let json;
  try { json = text === '' ? undefined : JSON.parse(text); } catch { json = undefined; }
  return { status: answer.status, headers: answer.headers, text, json };
}

export const credential = () => new ClientSecretCredential(tenantId, clientId, clientSecret, {
  authorityHost: origin, disableInstanceDiscovery: true,
});

export function graphClient(app = 'sync') {
  return graph.Client.init({
    authProvider: async (done) => done(null, app === 'sync'
      ? await cachedToken(clientId, clientSecret) : await cachedToken(graphAppId, graphAppSecret)),
    baseUrl: `${origin}/`,
    defaultVersion: 'v1.0',
    customHosts: new Set(['localhost']),
  });
}

let serial = 0;
export function newUser(changes = {}) {
  const name = `t${process.pid}x${++serial}`;
  return {
    accountEnabled: true, displayName: `Test ${name}`, mailNickname: name,
    userPrincipalName: `${name}@${domain}`, passwordProfile: { password: 'Correct horse 7' },
    ...changes,
  };
}

export function newSyncedUser(changes = {}) {
  const { passwordProfile, ...user } = newUser();
  return {
    ...user, onPremisesSyncEnabled: true,
    onPremisesImmutableId: crypto.randomBytes(16).toString('base64'), ...changes,
  };
}

export function newGroup(changes = {}) {
  const name = `g${process.pid}x${++serial}`;
  return { displayName: `Group ${name}`, mailEnabled: false, mailNickname: name, securityEnabled: true,
           ...changes };
}

export async function create(collection, body, app = 'sync') {
  const made = await call('POST', `/${collection}`, body, {}, app);
  if (made.status > 201) throw new Error(`POST ${collection}: ${made.text}`);
  return made.json;
}

export const ref = (id) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });
export const bind = (id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;

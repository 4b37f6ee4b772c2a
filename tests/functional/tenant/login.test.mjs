// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { ClientCertificateCredential } from '@azure/identity';
import * as oauth from 'oauth4webapi';
import * as t from './tenant_fixture.mjs';

const authority = `${t.origin}/${t.tenantId}`;
const knownAuthorities = [new URL(t.origin).host];
const msal = (auth) => new ConfidentialClientApplication({
  auth: { clientId: t.clientId, authority, knownAuthorities, ...auth },
}).acquireTokenByClientCredential({ scopes: [t.scope] });

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

test('msal-node gets a token with the secret, with the claims that clients read', async () => {
  const result = await msal({ clientSecret: t.clientSecret });
  assert.equal(result.tokenType, 'Bearer');
  const claims = claimsOf(result.accessToken);
  assert.equal(claims.tid, t.tenantId);
  assert.equal(claims.appid, t.clientId);
  assert.equal(claims.idtyp, 'app');
  assert.ok(claims.app_displayname);
  assert.ok(claims.roles.includes('User.ReadWrite.All'));
});

test('msal-node gets a token with a certificate (PS256, x5t#S256)', async () => {
  const thumbprintSha256 = crypto.createHash('sha256').update(t.certificateDer).digest('hex');
  const result = await msal({
    clientCertificate: { thumbprintSha256, privateKey: t.certificateKey, x5c: t.certificatePem },
  });
  assert.ok(result.accessToken);
});

test('@azure/identity gets a token with a certificate file', async () => {
  const credential = new ClientCertificateCredential(t.tenantId, t.clientId, `${t.folder}/app-both.pem`, {
    authorityHost: t.origin, disableInstanceDiscovery: true,
  });
  assert.ok((await credential.getToken(t.scope)).token);
});

test('a wrong secret is invalid_client with AADSTS7000215', async () => {
  await assert.rejects(msal({ clientSecret: 'wrong' }), (error) => {
    assert.equal(error.errorCode, 'invalid_client');
    assert.match(error.errorMessage, /AADSTS7000215/);
    return true;
  });
});

test('oauth4webapi: discovery, client credentials, errors', async () => {
  const issuer = new URL(`${t.origin}/${t.tenantId}/v2.0`);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
  assert.equal(server.token_endpoint, `${t.origin}/${t.tenantId}/oauth2/v2.0/token`);
  const client = { client_id: t.clientId };
  const good = await oauth.processClientCredentialsResponse(server, client,
    await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretPost(t.clientSecret),
                                              { scope: t.scope }));
  assert.equal(good.token_type, 'bearer');
  const bad = await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretPost('bad'),
                                                        { scope: t.scope });
  await assert.rejects(oauth.processClientCredentialsResponse(server, client, bad),
                       (error) => error.error === 'invalid_client');
});

function assertion({ alg = 'RS256', aud = `${t.origin}/${t.tenantId}/oauth2/v2.0/token`, life = 300,
                     jti = crypto.randomUUID(), header = {}, key = t.certificateKey } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  // As msal-python 1.21 sends it: padded standard base64, times as floats, no nbf.
  const x5t = crypto.createHash('sha1').update(t.certificateDer).digest('base64');
  const signed = `${part({ alg, typ: 'JWT', x5t, ...header })}.${part({
    aud, iss: t.clientId, sub: t.clientId, jti, iat: now + 0.25, exp: now + life + 0.5 })}`;
  const options = alg === 'PS256'
    ? { key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : { key };
  return `${signed}.${crypto.sign('sha256', Buffer.from(signed), options).toString('base64url')}`;
}

async function present(jwt, extra = {}) {
  const answer = await fetch(`${t.origin}/${t.tenantId}/oauth2/v2.0/token?client-request-id=1`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials', client_id: t.clientId, scope: t.scope, client_assertion: jwt,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_info: '1', 'x-client-SKU': 'test', ...extra }),
  });
  return { status: answer.status, body: await answer.json() };
}

test('an assertion in the old form passes; replay, audience, time and key are checked', async () => {
  const jwt = assertion();
  assert.equal((await present(jwt)).status, 200);
  assert.equal((await present(jwt)).status, 401, 'the same jti again');
  const codes = async (options) => (await present(assertion(options))).body.error_codes;
  assert.deepEqual(await codes({ aud: 'https://other.example/token' }), [700023]);
  assert.deepEqual(await codes({ life: -3600 }), [700024]);
  const other = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  assert.deepEqual(await codes({ key: other }), [700027]);
  assert.deepEqual(await codes({ header: { x5t: 'bm90aGluZw==' } }), [700027]);
});

test('errors carry the documented codes', async () => {
  assert.deepEqual((await t.token('aaaaaaaa-9999-0000-0000-000000000000')).error_codes, [700016]);
  assert.equal((await t.token(t.clientId, t.clientSecret, { grant_type: 'password' })).error,
               'unsupported_grant_type');
  assert.equal((await t.token(t.clientId, t.clientSecret, { scope: 'https://graph.microsoft.com' })).error,
               'invalid_scope');
  const elsewhere = await fetch(`${t.origin}/nowhere.example/oauth2/v2.0/token`, { method: 'POST', body: '' });
  assert.equal(elsewhere.status, 400);
});

test('tokens of other resources, by domain name, and by HTTP Basic', async () => {
  assert.ok((await t.token(t.clientId, t.clientSecret,
                           { scope: 'https://management.core.windows.net//.default' })).access_token);
  const basic = Buffer.from(`${t.clientId}:${encodeURIComponent(t.clientSecret)}`).toString('base64');
  const answer = await fetch(`${t.origin}/${t.domain}/oauth2/v2.0/token`, {
    method: 'POST', headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: t.scope }),
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('instance discovery and keys answer; a token verifies with the published key', async () => {
  const instance = await (await fetch(`${t.origin}/common/discovery/instance?api-version=1.1`)).json();
  assert.ok(instance.tenant_discovery_endpoint.startsWith(t.origin));
  const { keys } = await (await fetch(`${t.origin}/${t.tenantId}/discovery/v2.0/keys`)).json();
  const [header, claims, signature] = (await t.token()).access_token.split('.');
  const key = crypto.createPublicKey({ key: keys[0], format: 'jwk' });
  assert.ok(crypto.verify('sha256', Buffer.from(`${header}.${claims}`), key,
                          Buffer.from(signature, 'base64url')));
});

test('Graph refuses no token, a forged one and an unknown path of login', async () => {
  const none = await fetch(`${t.origin}/v1.0/users`);
  assert.equal(none.status, 401);
  assert.equal((await none.json()).error.code, 'InvalidAuthenticationToken');
  const [header, claims] = (await t.token()).access_token.split('.');
  const forged = await fetch(`${t.origin}/v1.0/users`, {
    headers: { Authorization: `Bearer ${header}.${claims}.${Buffer.alloc(256).toString('base64url')}` } });
  assert.equal(forged.status, 401);
});

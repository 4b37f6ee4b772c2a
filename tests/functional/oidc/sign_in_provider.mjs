// SPDX-License-Identifier: Apache-2.0
// node sign_in_provider.mjs TLS-KEY TLS-CHAIN [RETURN]
//
// An OpenID provider whose only person, "ada", agrees to everything. Clients "rs", "ps", "es" and "post"
// (secret "s e+c"), by the algorithm of their ID tokens or the way of their secret, and "public" without
// one; all come back to RETURN, or https://sync01.test/return. Prints "port: N" once it listens on localhost. A
// line "rotate" on its input makes it sign with new keys. Ends with its input.
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import readline from 'node:readline';
import Provider from 'oidc-provider';

const [tlsKey, tlsChain] = process.argv.slice(2, 4).map((path) => fs.readFileSync(path));
const server = https.createServer({ key: tlsKey, cert: tlsChain });
const redirect = process.argv[4] ?? 'https://sync01.test/return';

function makeKeys(generation) {
  const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return [
    { ...rsa.privateKey.export({ format: 'jwk' }), kid: `rsa-${generation}`, use: 'sig' },
    { ...ec.privateKey.export({ format: 'jwk' }), kid: `ec-${generation}`, use: 'sig' },
  ];
}

function client(id, algorithm, method) {
  return {
    client_id: id,
    ...(method === 'none' ? {} : { client_secret: 's e+c' }),
    redirect_uris: [redirect],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: algorithm,
  };
}

function makeProvider(port, generation) {
  const provider = new Provider(`https://localhost:${port}`, {
    jwks: { keys: makeKeys(generation) },
    clients: [
      client('rs', 'RS256', 'client_secret_basic'),
      client('ps', 'PS256', 'client_secret_basic'),
      client('es', 'ES256', 'client_secret_basic'),
      client('post', 'RS256', 'client_secret_post'),
      client('public', 'RS256', 'none'),
    ],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    conformIdTokenClaims: false, // claims of the scopes stand in the ID token
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    pkce: { required: () => true },
    cookies: { keys: ['a key for tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: 'ada@example.com',
        email_verified: true,
        name: 'Ada Lovelace',
        groups: ['staff', 'sync-admins'],
      }),
    }),
  });
  const callback = provider.callback();
  return async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return callback(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    let result = { login: { accountId: 'ada' } };
    if (prompt.name === 'consent') {
      const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      result = { consent: { grantId: await grant.save() } };
    }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  };
}

let generation = 0;
let handler;
server.on('request', (request, response) => {
  Promise.resolve(handler(request, response)).catch((error) => {
    console.error(error);
    response.writeHead(500).end(String(error));
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  handler = makeProvider(port, generation);
  console.log(`port: ${port}`);
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    if (line !== 'rotate') return;
    generation += 1;
    handler = makeProvider(port, generation);
    console.log('rotated');
  }).on('close', () => process.exit(0));
});

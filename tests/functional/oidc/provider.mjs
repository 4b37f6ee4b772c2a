// SPDX-License-Identifier: Apache-2.0
// node provider.mjs TLS-KEY TLS-CHAIN APP-CERTIFICATE
//
// An OpenID provider with one client, "app", which signs in with the key of APP-CERTIFICATE
// (private_key_jwt, PS256). Prints "port: N" once it listens on localhost; ends with its input.
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import Provider from 'oidc-provider';

const [tlsKey, tlsChain, appCertificate] = process.argv.slice(2).map((path) => fs.readFileSync(path));
const server = https.createServer({ key: tlsKey, cert: tlsChain });

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const publicKey = new crypto.X509Certificate(appCertificate).publicKey.export({ format: 'jwk' });
  const resource = 'https://graph.test';
  const provider = new Provider(`https://localhost:${port}`, {
    clients: [
      {
        client_id: 'app',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'PS256',
        jwks: { keys: [{ ...publicKey, use: 'sig' }] },
      },
    ],
    scopes: ['.default'],
    enabledJWA: { clientAuthSigningAlgValues: ['PS256'] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '.default',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
        }),
      },
    },
  });
  server.on('request', provider.callback());
  console.log(`port: ${port}`);
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

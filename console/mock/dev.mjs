// SPDX-License-Identifier: Apache-2.0
// For work on the console: the stand-in for the API, and Vite in front of it. With TANDEM_API a real server instead.
import { createServer } from 'vite';
import { optionsFromEnvironment, serveMock } from './server.mjs';

if (!process.env.TANDEM_API) await serveMock(5174, optionsFromEnvironment());
const vite = await createServer();
await vite.listen();
vite.printUrls();

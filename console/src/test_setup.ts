// SPDX-License-Identifier: Apache-2.0
// jsdom has no layout and no media queries: what the parts ask for is answered here, once.
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

class Observer {
  observe() { /* nothing is laid out */ }
  unobserve() { /* nothing is laid out */ }
  disconnect() { /* nothing is laid out */ }
}
globalThis.ResizeObserver = Observer;
globalThis.matchMedia = (query: string) => ({
  matches: false, media: query, onchange: null, addEventListener: () => undefined, removeEventListener: () => undefined,
}) as unknown as MediaQueryList;

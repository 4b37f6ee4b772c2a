// SPDX-License-Identifier: Apache-2.0
// Static files with hashed names, nothing inline (the server's Content-Security-Policy has no inline script).
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks(id) {
          if (/node_modules\/(@codemirror|@lezer|style-mod|w3c-keyname|crelt)/.test(id)) return 'editor';
          if (/node_modules\/(react|react-dom|react-router|scheduler|@tanstack|@remix-run)\//.test(id)) return 'react';
          return undefined;
        },
      },
    },
  },
  server: { port: 5173, strictPort: false, proxy: { '/api': { target: process.env.TANDEM_API ?? 'http://127.0.0.1:5174' } } },
  test: { environment: 'jsdom', setupFiles: ['src/test_setup.ts'], css: false, pool: 'threads', maxWorkers: 1 },
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './precompress.ts';

const controller = {
  target: process.env['GATESCALE_URL'] ?? 'http://localhost:8443',
  headers: { apikey: process.env['GATESCALE_API_KEY'] ?? '' },
};

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    outDir: '../src/gatescale/console/static',
    emptyOutDir: true,
    target: 'es2023',
    // Small files stay files: the content security policy allows no data: URLs but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What many pages share is one file: asking for forty small ones takes longer than they do.
      output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 5 }] } },
    },
  },
  server: { proxy: { '/tenants': controller, '/sign-out': controller } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});

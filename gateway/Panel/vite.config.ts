import { defineConfig } from 'vite';

// Served by the gateway at any of its addresses, so every reference is absolute to the root; nothing comes from another host.
export default defineConfig({
  base: '/',
  build: { target: 'es2022', assetsDir: 'assets', sourcemap: false, chunkSizeWarningLimit: 700 },
});

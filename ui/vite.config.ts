/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => {
  // The demonstration runs the same screens over fictitious answers; nothing of `dev/` is reachable from the real build.
  const demo = mode === "demo";
  return {
    plugins: [svelte()],
    clearScreen: false,
    resolve: {
      alias: { $api: here(demo ? "./dev/api.ts" : "./api.ts") },
    },
    server: { port: 5173, strictPort: true },
    build: {
      target: "es2022",
      outDir: demo ? "dist-demo" : "dist",
      emptyOutDir: true,
      // The content policy allows files of our own only: no `data:` address, no inline script.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "dist/**", "dist-demo/**"] },
  };
});

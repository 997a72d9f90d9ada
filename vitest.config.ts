import { defineConfig } from 'vitest/config';

/** What the CommonJS halves of TensorFlow.js (emscripten) expect to find around them. */
const commonJs = [
  "import { createRequire as alignmentGapRequire } from 'node:module';",
  'const require = alignmentGapRequire(import.meta.url);',
  'const __filename = import.meta.filename ?? new URL(import.meta.url).pathname;',
  "const __dirname = require('node:path').dirname(__filename);",
].join('\n');

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    globalSetup: ['test/unit/globalSetup.ts'],
    setupFiles: ['test/unit/setup.ts'],
    // TensorFlow.js keeps its backend and its tensors in module state: one process a file keeps files from seeing each other's.
    pool: 'forks',
    poolOptions: { forks: { minForks: 1, maxForks: 2 } },
    testTimeout: 30_000,
    deps: {
      optimizer: {
        // TensorFlow.js registers its gradients only through its ES modules; bundled once, as in dist/, they load in a fraction of a second.
        ssr: {
          enabled: true,
          include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm'],
          esbuildOptions: { banner: { js: commonJs } },
        },
      },
    },
  },
});

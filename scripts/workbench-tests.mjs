/** Shared by the host tests and the journeys: checks the toolchain, bundles the TypeScript harness and loads it. */
import * as esbuild from 'esbuild';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24, repository, server } from './toolchain/paths.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The harness finds its programs in the environment; what is already set there wins, so that other versions can be tried. */
function announceToolchain() {
  const found = {
    ALIGNMENT_GAP_NODE: node24.program,
    ALIGNMENT_GAP_CODE_SERVER: server.entry,
    ALIGNMENT_GAP_CHROMIUM: CHROMIUM.find((file) => existsSync(file)),
  };
  for (const [variable, file] of Object.entries(found)) process.env[variable] ??= file ?? '';
}

/**
 * Bundles `contents` (an entry of the harness) and imports it. One bundle, so that its modules exist once;
 * packages stay outside and are resolved from the clone.
 * @param {string} name of the bundle
 * @param {string} contents TypeScript whose imports are relative to test/
 */
export async function loadHarness(name, contents) {
  announceToolchain();
  process.chdir(repository);
  process.setSourceMapsEnabled(true);
  const outfile = path.join(repository, 'test-results', 'build', `${name}.mjs`);
  await esbuild.build({
    stdin: { contents, resolveDir: path.join(repository, 'test'), loader: 'ts', sourcefile: `${name}.ts` },
    absWorkingDir: repository,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
    outfile,
  });
  return import(pathToFileURL(outfile).href);
}

/**
 * onnxruntime-node into `.toolchain/native`, for the tests of the native engine, by the very command that users have.
 * Where it cannot be had (no network, no build for this machine) those tests are skipped, and nothing fails for it.
 *
 *   node scripts/toolchain/native.mjs      exit 0 there and working, 3 this machine does not have it (the reason is printed)
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { nativeHome, repository } from './paths.mjs';

const cli = path.join(repository, 'dist', 'cli.js');

/** @param {readonly string[]} args */
function native(...args) {
  return spawnSync(process.execPath, [cli, 'native', ...args, '--folder', nativeHome, '--json'], { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 300_000 });
}

function isWorking() {
  if (!existsSync(nativeHome)) return false;
  try {
    /** @type {{ engines: { engine: string, state: string }[] }} */
    const { engines } = JSON.parse(native().stdout);
    return engines.some(({ engine, state }) => engine === 'onnx' && state === 'works');
  } catch {
    // No answer: installing again will give one.
    return false;
  }
}

/** @returns {string | undefined} why it is not there */
function main() {
  if (!existsSync(cli)) return `${path.relative(repository, cli)} is not built (npm run build)`;
  if (isWorking()) return undefined;
  return native('install', 'onnx').status === 0 ? undefined : 'it could not be installed (see above)';
}

const reason = main();
if (reason === undefined) console.log(`ONNX Runtime is in ${nativeHome}`);
else {
  console.warn(`The tests of ONNX Runtime are SKIPPED: ${reason}.`);
  process.exitCode = 3;
}

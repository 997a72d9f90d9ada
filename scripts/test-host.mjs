/** Runs test/host/*.test.ts inside a real extension host. Needs the toolchain (`npm test -- --only toolchain`). */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { loadHarness } from './workbench-tests.mjs';
import { repository } from './toolchain/paths.mjs';

const build = spawnSync(process.execPath, [path.join(repository, 'esbuild.mjs'), '--tests'], { cwd: repository, stdio: 'inherit' });
if (build.status !== 0) process.exit(1);
const { runHostTests } = await loadHarness('host', "export { runHostTests } from './harness/run-host';");
process.exit((await runHostTests()) === 0 ? 0 : 1);

/**
 * `npm run quickstart`: from a fresh clone to the default study's table, picture and report. Uses no package itself.
 * What follows `--` is handed to the command: `npm run quickstart -- --jobs 1`.
 */
import { spawnSync } from 'node:child_process';
import { ensureInstalled } from './testing/dependencies.mjs';
import { repository } from './toolchain/paths.mjs';

const STUDY = 'media/templates/online-vs-offline.alignment.json';

/**
 * In the terminal's own process group: Ctrl-C reaches the command itself, which saves the runs before it ends.
 * @param {string[]} args
 */
function node(...args) {
  return spawnSync(process.execPath, args, { cwd: repository, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = (await ensureInstalled()) || node('esbuild.mjs', '--production') || node('dist/cli.js', 'run', STUDY, ...process.argv.slice(2));

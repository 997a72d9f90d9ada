/**
 * `npm run quickstart`: from a fresh clone to the default study's table, picture and report. Uses no package itself.
 * What follows `--` is handed to the command: `npm run quickstart -- --jobs 1`.
 */
import { ensureInstalled } from './testing/dependencies.mjs';
import { runNode } from './testing/run.mjs';

const STUDY = 'media/templates/online-vs-offline.alignment.json';
const MINUTES = 60;

const exitCode =
  (await ensureInstalled()) ||
  (await runNode('esbuild.mjs', ['--production'], 5)) ||
  (await runNode('dist/cli.js', ['run', STUDY, ...process.argv.slice(2)], MINUTES));
process.exitCode = exitCode;

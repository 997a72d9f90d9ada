/** Are the installed packages those of the lock file? */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from '../toolchain/paths.mjs';
import { run } from './run.mjs';

/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages */

/**
 * @param {string} file
 * @returns {Packages}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(path.join(repository, file), 'utf8')).packages;
}

/** True when every package of the lock file is installed at its version; optional ones (other platforms) may be absent. */
export function isInstalled() {
  const record = 'node_modules/.package-lock.json';
  if (!existsSync(path.join(repository, record))) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf('package-lock.json')).every(([name, { version, optional }]) => {
    if (name === '') return true;
    const found = installed[name];
    return found === undefined ? optional === true : found.version === version;
  });
}

/** @returns {Promise<number>} the exit code of npm, 0 when there was nothing to do */
export async function ensureInstalled() {
  if (isInstalled()) return 0;
  console.log('npm ci (half a minute)');
  return run('npm', ['ci', '--no-audit', '--no-fund'], 10);
}

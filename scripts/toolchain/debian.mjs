/** The Debian packages that the workbench tests need; npm has no browser. */
import { spawnSync } from 'node:child_process';

/** A browser with fonts to draw text, and a C++ compiler for two small addons of the VS Code server. */
const PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-liberation', 'g++', 'make', 'python3', 'ca-certificates'];

const succeeds = (/** @type {string} */ command, /** @type {string[]} */ ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** What stands in the way of the workbench tests on this machine, or undefined when nothing does. */
export function unsupportedReason() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `the pinned VS Code server is for Linux on x64, this is ${process.platform} on ${process.arch}`;
  }
  return undefined;
}

function missingPackages() {
  return PACKAGES.filter((name) => {
    const answer = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], { encoding: 'utf8' });
    return answer.stdout?.startsWith('installed') !== true;
  });
}

/**
 * Installs what is missing where that is possible without asking anybody for a password.
 * Elsewhere it says what to install, as a reason for which the caller skips the workbench tests.
 * @param {(title: string, command: string, args: string[], options?: import('node:child_process').SpawnSyncOptions) => void} step runs one logged command
 * @returns {string | undefined} why the packages are not there, undefined when they are
 */
export function ensureDebianPackages(step) {
  if (!succeeds('dpkg-query', '--version')) {
    // Another Linux: what counts is the programs, whoever packaged them.
    const absent = ['chromium', 'g++', 'make', 'python3'].filter((program) => !succeeds('sh', '-c', `command -v ${program}`));
    return absent.length === 0 ? undefined : `these programs are missing: ${absent.join(', ')}`;
  }
  const missing = missingPackages();
  if (missing.length === 0) return undefined;
  if (process.getuid?.() !== 0) {
    return `Debian packages are missing; as root run: apt-get install --no-install-recommends ${missing.join(' ')}`;
  }
  step('apt-update', 'apt-get', ['update']);
  step('apt-install', 'apt-get', ['install', '-y', '--no-install-recommends', ...missing], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return undefined;
}

/** Runs one command of a stage in a process group of its own, so that a stage that hangs is ended with all it started. */
import { spawn } from 'node:child_process';
import { repository } from '../toolchain/paths.mjs';

/** @type {Set<number>} */
const groups = new Set();

/**
 * @param {number} leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // ESRCH: the group has ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    for (const group of groups) signalGroup(group, signal);
    process.exit(130);
  });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {number} minutes after which it is killed and counts as failed
 * @returns {Promise<number>} its exit code
 */
export function run(command, args, minutes) {
  return new Promise((resolve) => {
    // No stdin: nothing may wait for an answer.
    const child = spawn(command, args, { cwd: repository, stdio: ['ignore', 'inherit', 'inherit'], detached: process.platform !== 'win32', shell: process.platform === 'win32' });
    const leader = child.pid;
    if (leader !== undefined) groups.add(leader);
    const timer = setTimeout(() => {
      console.error(`Ended: it ran longer than ${minutes} minutes.`);
      if (leader !== undefined) signalGroup(leader, 'SIGKILL');
    }, minutes * 60_000);
    /** @param {number | null} code */
    const end = (code) => {
      clearTimeout(timer);
      if (leader !== undefined) groups.delete(leader);
      resolve(code ?? 1);
    };
    child.once('exit', end);
    child.once('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      end(1);
    });
  });
}

/**
 * @param {string} script path in the clone
 * @param {readonly string[]} args
 * @param {number} minutes
 */
export function runNode(script, args, minutes) {
  return run(process.execPath, [script, ...args], minutes);
}

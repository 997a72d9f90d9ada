/**
 * What must not outlive the test process, whatever ends it: servers with their extension hosts, and temporary folders.
 * A server is killed by its process group, since the extension host is a child of a child of it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const groups = new Set<number>();
const folders = new Set<string>();

export function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // ESRCH: nobody of the group is left, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function watchGroup(leader: number): void {
  groups.add(leader);
}

export function forgetGroup(leader: number): void {
  groups.delete(leader);
}

/** A temporary folder that is gone when the tests are. Short, because a Unix socket's path may have only 107 bytes. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  // Chromium and the server may still be writing their last files: try a few times.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  folders.delete(folder);
}

// `exit` too: a closed pipe (`npm test | head`) ends the process with no signal and would orphan the server.
process.on('exit', () => {
  for (const group of groups) killGroup(group, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

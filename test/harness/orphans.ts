/** Processes of the installed extension: command line and trainers, which are started detached and belong to no server's group. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** @param extensions the folder with the installed extension, which no other test run shares */
export function processesOf(extensions: string): FoundProcess[] {
  const ours = /\/dist\/(cli|trainer)\.js$/;
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    const words = commandLine(pid);
    return words.some((word) => word.startsWith(extensions + path.sep) && ours.test(word)) ? [{ pid: Number(pid), command: words.join(' ') }] : [];
  });
}

export function endProcesses(extensions: string): void {
  for (const { pid } of processesOf(extensions)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter((word) => word !== '');
  } catch {
    return []; // it ended between the listing and this look
  }
}

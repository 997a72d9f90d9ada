/** A machine whose npm, python3 and g++ are test doubles, and a home of native engines of its own. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { vi } from 'vitest';
import { FAKE_TRAINER, temporaryFolder } from '../support';

const TOOL = path.resolve('test/fixtures/fake-tools/tool.mjs');

export interface Behaviour {
  readonly print?: string;
  readonly exit?: number;
  readonly hang?: boolean;
  readonly leave?: boolean;
  readonly blocked?: boolean;
}
export type ToolName = 'npm' | 'python3' | 'g++';
/** A tool that is not named is not on PATH. */
export type Tools = Readonly<Partial<Record<ToolName, readonly Behaviour[]>>>;

export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly pid: number;
}

export interface Machine {
  readonly home: string;
  readonly bin: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: () => Promise<Call[]>;
}

/** Undone by vi.unstubAllEnvs(). */
export async function machineWith(tools: Tools): Promise<Machine> {
  const folder = await temporaryFolder();
  const [home, bin, script] = [path.join(folder, 'home'), path.join(folder, 'bin'), path.join(folder, 'tools.json')];
  await mkdir(bin);
  await writeFile(script, JSON.stringify(tools));
  for (const name of Object.keys(tools)) {
    const file = path.join(bin, name);
    await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" "${TOOL}" ${name} "$@"\n`);
    await chmod(file, 0o755);
  }
  const environment = { PATH: bin, FAKE_TOOLS: script, ALIGNMENT_GAP_NATIVE: home, ALIGNMENT_GAP_TRAINER: FAKE_TRAINER, ALIGNMENT_GAP_ONNXRUNTIME: '', ALIGNMENT_GAP_TFJS_NODE: '' };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const calls = async () => (await readFile(`${script}.calls`, 'utf8').catch(() => '')).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Call);
  return { home, bin, environment, calls };
}

export const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

export async function until(what: string, holds: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) if (await holds()) return;
  throw new Error(`it did not happen within ${patienceMs / 1000} s: ${what}`);
}

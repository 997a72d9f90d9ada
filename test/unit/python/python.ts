/** A Python with torch, transformers and TRL, where this machine has one. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const PYTHON_VARIABLE = 'ALIGNMENT_GAP_PYTHON';
const python = process.env[PYTHON_VARIABLE] ?? 'python3';
const FOLDER = import.meta.dirname;
export const CALLBACK = path.join(FOLDER, '../../../python/alignment_gap_callback.py');

/** Offline: nothing may be fetched. One thread: the machine is shared, and sums must come out alike. */
const ENVIRONMENT = { ...process.env, HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', TOKENIZERS_PARALLELISM: 'false', CUDA_VISIBLE_DEVICES: '' };

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runPython(...args: string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await run(python, args, { cwd: FOLDER, env: ENVIRONMENT, maxBuffer: 1 << 26 })) };
  } catch (error) {
    const { code, stdout, stderr, message } = error as { code?: unknown; stdout?: string; stderr?: string; message: string };
    return { code: typeof code === 'number' ? code : -1, stdout: stdout ?? '', stderr: stderr || message };
  }
}

/** What a script printed on its last line. */
export async function factsOf(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runPython(...args);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${stderr.slice(-4000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Why the callback cannot be tried here, undefined where it can. */
export async function whyNoPython(): Promise<string | undefined> {
  const { code, stderr } = await runPython('-c', 'import torch, transformers, trl, datasets');
  if (code === 0) return undefined;
  return `${python} cannot import torch, transformers and trl (${stderr.trim().split('\n').at(-1)}); set ${PYTHON_VARIABLE} to a Python that has them to try the evaluation callback`;
}

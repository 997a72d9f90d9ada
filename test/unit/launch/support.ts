/** A folder of its own for each test, an experiment small enough to be run by the fake trainer in a moment. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ExperimentFile } from '../../../src/core/experiment/schema';

export const FAKE_TRAINER = path.resolve('test/fixtures/fake-trainer/trainer.mjs');

export const SMALL: ExperimentFile = {
  name: 'study',
  task: 'summarisation',
  arms: [
    { name: 'online', sampling: 'online' },
    { name: 'offline', sampling: 'offline' },
  ],
  seeds: [1, 2],
  steps: 20,
  checkpoints: 4,
  evaluation: { prompts: 64, pairs: 64, samples: 1 },
};

export const temporaryFolder = () => mkdtemp(path.join(os.tmpdir(), 'alignment-gap-'));

export async function experimentFile(folder: string, changes: Partial<ExperimentFile> = {}): Promise<string> {
  const file = path.join(folder, 'study.alignment.json');
  await writeFile(file, `// a comment\n${JSON.stringify({ ...SMALL, ...changes }, null, 2)}\n`);
  return file;
}

/** What the fake trainer did, in order: `+online-b0.1-s1` when a process begins, `-…` when it ends. */
export const trainerLog = async (file: string) => (await readFile(file, 'utf8')).trim().split('\n');

/** Sets the fake trainer's switches for one test. */
export function withSwitches<T>(switches: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  Object.assign(process.env, switches);
  return work().finally(() => {
    for (const name of Object.keys(switches)) delete process.env[name];
  });
}

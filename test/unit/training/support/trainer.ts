/** The real training process for tests: bundled once, spawned as the launcher would, on a study small enough for seconds. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { RunConfig } from '../../../../src/core/experiment/config';
import type { CheckpointEvent, RunEvent, RunManifest } from '../../../../src/core/run/events';
import { placeBinaries, TRAINING_BUNDLE } from '../../../../scripts/training-bundle.mjs';
import { writeFileAtomic } from '../../../../src/runlog';

export async function bundleTrainer(folder: string): Promise<string> {
  const outfile = path.join(folder, 'trainer.js');
  await esbuild.build({ ...TRAINING_BUNDLE, entryPoints: ['src/training/main.ts'], outfile, logLevel: 'error' });
  placeBinaries(folder);
  return outfile;
}

export const TINY_CONFIG: RunConfig = {
  experiment: 'tiny', arm: 'online', task: 'summarisation',
  policy: { width: 16, layers: 1, heads: 2, feedForward: 32 },
  sampling: 'online', objective: 'ipo', beta: 0.1, learningRate: 1e-3, seed: 1, klBudget: 5,
  steps: 60, checkpointSteps: [0, 20, 40, 60], batchSize: 16,
  evaluation: { prompts: 48, pairs: 64, samples: 2 },
  stages: {
    dataSeed: 0, pairs: 200, pretrainingResponses: 400, pretrainingSteps: 20, sftSteps: 5, goldenSteps: 20,
    proxySteps: 24, goldenPolicySteps: 10, goldenPolicyBeta: 0.1, goldenPolicyLearningRate: 1e-3,
  },
  backend: 'wasm',
};

/** A planned run on disk, as the launcher leaves it; answers its directory. */
export async function planRun(runsRoot: string, config: RunConfig, name: string = config.sampling): Promise<string> {
  const directory = path.join(runsRoot, config.experiment, name);
  mkdirSync(directory, { recursive: true });
  const manifest: RunManifest = {
    format: 'alignment-gap/run-directory@1', id: `${config.experiment}/${name}`, name, experiment: config.experiment, config,
    extensionVersion: '0.0.0-test', launcher: 'local', createdAt: new Date(0).toISOString(),
  };
  await writeFileAtomic(path.join(directory, 'run.json'), JSON.stringify(manifest));
  return directory;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function startTrainer(trainer: string, args: readonly string[]): Started {
  const child = spawn(process.execPath, [trainer, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => { resolve({ code, signal, stderr }); }));
  return { child, ended };
}

export const readLog = (directory: string): RunEvent[] =>
  readFileSync(path.join(directory, 'metrics.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as RunEvent);

/** Checkpoints without what a clock touches, later duplicates winning as readers have it. */
export function checkpointsOf(events: readonly RunEvent[]): CheckpointEvent[] {
  const byStep = new Map<number, CheckpointEvent>();
  for (const event of events) {
    if (event.event !== 'checkpoint') continue;
    byStep.set(event.step, { ...event, time: '', metrics: { ...event.metrics, wallTime: undefined } });
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

/** Resolves when the run's log holds an event that fits; fails after `timeoutMs`. */
export async function untilLogged(directory: string, fits: (event: RunEvent) => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (completeLines(directory).some(fits)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing fitting was logged in ${directory} within ${timeoutMs} ms`);
}

function completeLines(directory: string): RunEvent[] {
  try {
    const text = readFileSync(path.join(directory, 'metrics.jsonl'), 'utf8');
    return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter(Boolean).map((line) => JSON.parse(line) as RunEvent);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

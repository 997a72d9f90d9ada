/** A runs folder in the opened workspace, written as the trainer writes it. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { RUN_FORMAT, type CheckpointEvent, type RunEvent, type RunManifest } from '../../../src/core/run/events';
import { processIdentity, RunWriter, writeFileAtomic } from '../../../src/runlog';

export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('the tests need an open folder');
  return folder.uri.fsPath;
}

export const runsFolder = (): string => path.join(workspaceFolder(), 'alignment-runs');
export const experimentPath = (experiment: string): string => path.join(runsFolder(), experiment);
export const runPath = (experiment: string, run: string): string => path.join(runsFolder(), experiment, run);

export const time = '2026-01-01T00:00:00.000Z';

export function manifest(experiment: string, name: string, sampling: 'online' | 'offline' = 'online', seed = 1): RunManifest {
  return {
    format: RUN_FORMAT, id: `${experiment}/${name}`, name, experiment, extensionVersion: '0.0.0', launcher: 'local', createdAt: time,
    config: {
      experiment, arm: sampling, task: 'summarisation', policy: { width: 16, layers: 1, heads: 2, feedForward: 32 }, sampling, objective: 'ipo',
      beta: 0.1, learningRate: 0.001, seed, klBudget: 5, steps: 100, checkpointSteps: [0, 50, 100], batchSize: 8, backend: 'auto',
      evaluation: { prompts: 100, pairs: 100, samples: 0 },
      stages: {
        dataSeed: 0, pairs: 10, pretrainingResponses: 10, pretrainingSteps: 1, sftSteps: 1, goldenSteps: 1, proxySteps: 1,
        goldenPolicySteps: 1, goldenPolicyBeta: 0.1, goldenPolicyLearningRate: 0.001,
      },
    },
  };
}

export const checkpoint = (step: number, win: number, kl: number): CheckpointEvent => ({
  event: 'checkpoint', time, step,
  metrics: { winRate: { value: win, n: 100 }, kl: { value: kl, standardError: 0.1, n: 100, estimator: 'token-exact' }, policyAccuracy: { value: 0.6, n: 100 }, proxyAccuracy: { value: 0.8, n: 100 } },
  outcomes: { win: '2'.repeat(Math.round(win * 100)) + '0'.repeat(100 - Math.round(win * 100)), kl: Array.from({ length: 100 }, () => kl) },
});

/** `alive`: this very process; `gone`: one that cannot exist any more. */
export const started = (process: 'alive' | 'gone'): RunEvent => ({
  event: 'started', time, fromStep: 0, ...(process === 'alive' ? processIdentity() : { ...processIdentity(), startTicks: '1' }),
});
export const finished: RunEvent = { event: 'finished', time };

export async function writeRun(run: RunManifest, events: readonly RunEvent[]): Promise<void> {
  const directory = runPath(run.experiment, run.name);
  mkdirSync(directory, { recursive: true });
  const writer = await RunWriter.create(directory, run);
  for (const event of events) writer.append(event);
  writer.close();
}

export async function appendTo(experiment: string, run: string, events: readonly RunEvent[]): Promise<void> {
  const writer = await RunWriter.open(runPath(experiment, run));
  for (const event of events) writer.append(event);
  writer.close();
}

export const writeExperiment = (experiment: string, runs: readonly string[]): Promise<void> =>
  writeFileAtomic(
    path.join(experimentPath(experiment), 'experiment.json'),
    JSON.stringify({ format: 'alignment-gap/experiment-directory@1', name: experiment, runs, createdAt: time }),
  );

export const removeRuns = (): void => rmSync(runsFolder(), { recursive: true, force: true });

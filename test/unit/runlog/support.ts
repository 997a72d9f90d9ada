import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { RUN_FORMAT, type CheckpointEvent, type RunManifest, type StartedEvent } from '../../../src/core/run/events';
import { expandExperiment, parseExperiment } from '../../../src/core/experiment';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'runlog-'));
  folders.push(folder);
  return folder;
}

export const TIME = '2026-01-02T03:04:05.000Z';

export function manifest(name = 'online-b0.1-s1'): RunManifest {
  const parsed = parseExperiment('{ "name": "study", "task": "summarisation", "steps": 100, "arms": [{ "name": "online", "sampling": "online" }] }');
  const config = parsed.ok ? expandExperiment(parsed.experiment, (file) => file)[0]?.config : undefined;
  if (config === undefined) throw new Error('the experiment of the tests does not parse');
  return { format: RUN_FORMAT, id: `study/${name}`, name, experiment: 'study', config, extensionVersion: '0.0.0', launcher: 'local', createdAt: TIME };
}

/** Of a process that is surely gone: no pid reaches so far. */
export const started = (fields: Partial<StartedEvent> = {}): StartedEvent => ({ event: 'started', time: TIME, pid: 2 ** 30, host: hostname(), fromStep: 0, ...fields });

export const checkpoint = (step: number, winRate = 0.5): CheckpointEvent => ({
  event: 'checkpoint', time: TIME, step, metrics: { winRate: { value: winRate, n: 4 }, kl: { value: step / 100, standardError: 0.01 } },
});

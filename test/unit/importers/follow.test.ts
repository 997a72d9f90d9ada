/** Logs that are followed, whatever their format: a run whose log says nothing of its end has ended once nobody writes to it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { follow } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';
import { eventFile, scalars } from './support/eventWriter';
import { writeFileStore } from './support/mlflowWriter';
import { wandbFile } from './support/wandbWriter';

const put = (file: string, bytes: string | Uint8Array): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
};

const LOGS: readonly [string, (root: string) => void][] = [
  ['trl', (root) => put(path.join(root, 'checkpoint-2/trainer_state.json'), '{"global_step": 2, "log_history": [{"loss": 1, "step": 2}]}')],
  ['llamafactory', (root) => put(path.join(root, 'trainer_log.jsonl'), '{"current_steps": 2, "loss": 1}\n')],
  ['tensorboard', (root) => put(path.join(root, 'events.out.tfevents.1700000000.host'), eventFile(scalars('loss', [[2, 1]])))],
  ['wandb', (root) => put(path.join(root, 'run-a1.wandb'), wandbFile([{ history: { loss: 1, 'train/global_step': 2 } }]))],
  ['mlflow', (root) => writeFileStore(root, 'study', [{ id: 'a1', status: 1, metrics: { loss: [[1_700_000_000_000, 1, 2]] } }])],
  ['jsonl', (root) => put(path.join(root, 'metrics.jsonl'), '{"step": 2, "loss": 1}\n')],
];

describe('a log that is no longer written to', () => {
  afterEach(() => void vi.useRealTimers());

  it.each(LOGS)('of %s: its run has ended, and that is told once', async (source, write) => {
    const root = temporaryFolder();
    write(root);
    const log = follow(root);
    expect((await log.refresh()).map((run) => [run.source, run.status])).toEqual([[source, 'running']]);
    expect(await log.refresh()).toEqual([]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16 * 60_000 });
    expect((await log.refresh()).map(({ status }) => status)).toEqual(['finished']);
    expect(await log.refresh()).toEqual([]);
  });
});

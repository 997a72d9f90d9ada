/** Small logs that TRL really wrote, as runs: what is read of them must not change unnoticed. And the same, damaged. */
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/core/run/types';
import { detect, importLog, READABLE_SOURCES, readLogs } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';

const LOGS = path.join(import.meta.dirname, '../../fixtures/logs');
const CASES = [['dpo-sigmoid', 'trl'], ['online-dpo', 'trl'], ['grpo', 'trl'], ['reward-tensorboard', 'tensorboard'], ['wandb-offline', 'wandb'], ['jsonl/metrics.jsonl', 'jsonl']] as const;

/** Without what depends on where the checkout lies and how old it is (a log that ends without a word runs while it is young); the raw numbers are those of the log, and in the first and last row only. */
function summary(run: Run): object {
  const { source, arm, sampling, objective, beta, progress, checkpoints, warnings, environment } = run;
  const metrics = checkpoints.map(({ step, metrics: of }) => ({ step, ...Object.fromEntries(Object.entries(of).map(([name, { value }]) => [name, value])) }));
  const { algorithm, algorithmReason, samplingReason, files } = environment;
  return { source, arm, sampling, objective, beta, progress, environment: { algorithm, algorithmReason, samplingReason, files }, metrics, firstRaw: checkpoints[0]?.raw, lastRaw: checkpoints.at(-1)?.raw, warnings };
}

describe('logs as they are written', () => {
  it.each(CASES)('%s is read as %s', async (name, source) => {
    const { runs, detections, problems } = await readLogs(path.join(LOGS, name));
    expect(problems).toEqual([]);
    expect(detections.map(([chosen]) => chosen?.source)).toEqual([source]);
    expect(detections[0]?.[0]?.reason).toMatch(/\S/);
    expect(runs).toHaveLength(1);
    await expect(`${JSON.stringify(summary(runs[0]!), null, 1)}\n`).toMatchFileSnapshot(`golden/${name.replace('/', '-')}.json`);
  });

  it('all logs of a folder, each once', async () => {
    const found = await detect(LOGS);
    expect(found.map(({ source, path: at }) => [path.relative(LOGS, at), source]).sort()).toEqual(CASES.map(([name, source]) => [path.normalize(name), source]).sort());
  });

  it('names the next step where there is nothing to read', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'notes.md'), 'nothing');
    await expect(importLog(folder)).rejects.toMatchObject({ name: 'ImportError', place: folder, next: expect.stringContaining(READABLE_SOURCES.join(', ')) as string });
    await expect(importLog(path.join(folder, 'gone'))).rejects.toMatchObject({ name: 'ImportError' });
  });
});

const FILES = ['dpo-sigmoid/trainer_state.json', 'grpo/trainer_state.json', 'reward-tensorboard/events.out.tfevents.1795460811.vm.30256.0', 'wandb-offline/run-1jm43q69.wandb', 'jsonl/metrics.jsonl'];

describe('damaged logs', () => {
  it.each(FILES)('%s cut in the middle: what came before is read, and a warning says where it stopped', async (name) => {
    const copy = copyOf(name);
    const [whole] = await importLog(path.join(LOGS, name));
    truncateSync(copy, Math.floor(readFileSync(copy).length * 0.6) + 1);
    const [run] = await importLog(copy);
    expect(run!.checkpoints.length).toBeGreaterThan(0);
    expect(run!.checkpoints.length).toBeLessThan(whole!.checkpoints.length);
    expect(run!.checkpoints[0]!.raw).toEqual(whole!.checkpoints[0]!.raw);
    expect(run!.warnings.map(({ code }) => code).join(' ')).toMatch(/damaged|unfinished/);
  });

  it.each(FILES)('%s with other bytes anywhere: a run or an ImportError, nothing else', async (name) => {
    const copy = copyOf(name);
    const bytes = readFileSync(copy);
    const change = fc.record({ at: fc.nat(bytes.length - 1), by: fc.uint8Array({ minLength: 1, maxLength: 12 }), cut: fc.option(fc.nat(bytes.length)) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let mutated = Buffer.from(bytes);
        for (const { at, by, cut } of changes) {
          mutated.set(by.subarray(0, Math.max(0, mutated.length - at)), Math.min(at, mutated.length));
          if (cut !== null) mutated = mutated.subarray(0, cut);
        }
        writeFileSync(copy, mutated);
        const result = await importLog(copy).catch((error: unknown) => error);
        expect(Array.isArray(result) || (result as Error).name === 'ImportError', String(result)).toBe(true);
      }),
      { seed: 4, numRuns: 150 },
    );
  });
});

function copyOf(name: string): string {
  const folder = temporaryFolder();
  const copy = path.join(folder, path.basename(name));
  cpSync(path.join(LOGS, name), copy);
  return copy;
}

/**
 * What the evaluation callback (python/alignment_gap_callback.py) wrote beside a log of TRL: `trl-with-evaluations` is a real DPO run of twelve steps,
 * resumed from step 8, so that step 12 stands twice. The numbers mean nothing; that they are joined and kept does.
 */
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckpointEvent } from '../../../src/core/run/events';
import { follow, importLog } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';

const LOG = path.join(import.meta.dirname, '../../fixtures/trl-with-evaluations');
const WRITTEN = readFileSync(path.join(LOG, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as CheckpointEvent);

function copy(): string {
  const folder = path.join(temporaryFolder(), 'run');
  cpSync(LOG, folder, { recursive: true });
  return folder;
}

describe('evaluations that the callback wrote', () => {
  it('are joined to the run by step, with estimator, interval and outcomes of each prompt', async () => {
    const runs = await importLog(LOG);
    expect(runs.map(({ source }) => source)).toEqual(['trl']);
    const [run] = runs;
    const evaluated = run!.checkpoints.filter(({ metrics }) => metrics.kl !== undefined);
    expect(evaluated.map(({ step }) => step)).toEqual([0, 4, 8, 12]);
    for (const { step, metrics, outcomes, raw } of evaluated) {
      const line = WRITTEN.findLast((event) => event.step === step)!;
      expect(metrics.kl).toMatchObject({ value: line.metrics.kl!.value, unit: 'nats/sequence', estimator: 'token-exact', n: 24 });
      expect(metrics.klK1).toMatchObject({ unit: 'nats/sequence', estimator: 'k1' });
      expect(metrics.kl!.low).toBeLessThanOrEqual(metrics.kl!.value);
      expect(metrics.winRate).toMatchObject({ value: line.metrics.winRate!.value, unit: 'fraction', n: 24, low: expect.any(Number) as number, high: expect.any(Number) as number });
      expect([...outcomes!.win!].map((win) => 2 * win).join('')).toBe(line.outcomes!.win);
      expect([...outcomes!.kl!]).toEqual(line.outcomes!.kl);
      expect(raw['evaluation/kl']).toBe(line.metrics.kl!.value);
    }
    expect(evaluated[0]!.metrics).toMatchObject({ kl: { value: 0 }, policyAccuracy: { value: 0.5 } });
    // What the log itself lacks is there now, and no line was refused; what its keys do not mean is said as ever.
    expect(run!.warnings.map(({ code }) => code)).toEqual(['not-this']);
  });

  it('agree with what TRL itself logged of the held-out pairs', async () => {
    const [run] = await importLog(LOG);
    const compared = run!.checkpoints.filter(({ raw, metrics }) => raw['eval_logps/chosen'] !== undefined && metrics.kl !== undefined);
    expect(compared.length).toBeGreaterThan(2);
    for (const { raw, metrics } of compared) {
      expect(metrics.logpChosen!.value).toBeCloseTo(raw['eval_logps/chosen']!, 4);
      expect(0.2 * metrics.margin!.value).toBeCloseTo(raw['eval_rewards/margins']!, 4);
    }
  });

  it('that failed are told by the run, until the step is measured after all', async () => {
    const folder = copy();
    const file = path.join(folder, 'metrics.jsonl');
    const log = follow(folder);
    const told = async () => (await log.refresh()).flatMap(({ warnings }) => warnings.filter(({ code }) => code === 'evaluations').map(({ message }) => message));
    expect(await told()).toEqual([]);
    appendFileSync(file, '{"event": "failed", "step": 16, "time": "2026-01-01T00:00:00.000Z", "message": "Step 16 was not evaluated."}\n');
    expect(await told()).toEqual(['Step 16 was not evaluated.']);
    appendFileSync(file, `${JSON.stringify({ ...WRITTEN[0], step: 16 })}\n`);
    expect(await told()).toEqual([]);
    expect((await importLog(folder))[0]!.checkpoints.at(-1)!.step).toBe(16);
  });
});

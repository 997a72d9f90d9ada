/** The benchmark's engines do the same work: otherwise no ratio of their times means anything. */
import { expect, test } from 'vitest';
import { startOurs } from '../../bench/engine/adapter';
import type { Engine } from '../../bench/engine/contract';
import { createFixture } from '../../bench/engine/fixture';
import { startPlain } from '../../bench/engine/plain';
import { disagreements } from '../../bench/driver/agreement';
import { STUDY_BATCH, WORKLOADS } from '../../bench/workloads';

/** `compute` takes the steps of the larger model already. */
async function runStudySteps(engine: Engine): Promise<void> {
  await engine.calls.offline?.();
  await engine.calls.online?.();
}

test('plain TensorFlow.js and our engine compute the same losses, tokens and scores', async () => {
  const fixture = await createFixture({ rows: 8, studyPairs: STUDY_BATCH });
  const plain = await startPlain(fixture);
  const baseline = await plain.compute();
  await runStudySteps(plain);
  const ours = await startOurs('wasm', fixture);
  expect(disagreements(await ours.compute(), baseline)).toEqual([]);
  expect(baseline.losses.ipo[0]).not.toBeCloseTo(0.25, 2);
  await runStudySteps(ours);
  expect(WORKLOADS.filter((workload) => !ours.calls[workload] || !plain.calls[workload])).toEqual([]);
});

test('an engine that this version lacks is refused by name', async () => {
  await expect(startOurs('abacus', await createFixture())).rejects.toThrow('no backend called abacus');
});

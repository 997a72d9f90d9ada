/** Each source's order: what it passes on, how old that is, and that a resumed run gets the batches of one that was never stopped. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/core/random';
import type { ReplayOrder } from '../../../../src/core/experiment/config';
import { startBackend } from '../../../../src/training/backend/start';
import { sequenceLogProbabilitiesOf } from '../../../../src/training/policy/logProbabilities';
import { copyWeights, createWeights, type TransformerWeights } from '../../../../src/training/policy/weights';
import { ruleModel } from '../../../../src/training/preference/model';
import { responseLengths, type PreferencePairs } from '../../../../src/training/rows';
import { mixedBatches, onlinePairs } from '../../../../src/training/sources/mixture';
import { offlineBatches } from '../../../../src/training/sources/offline';
import { onlineBatches, type OnlineSettings } from '../../../../src/training/sources/online';
import { withOnPolicySamples } from '../../../../src/training/sources/onPolicy';
import { replayBatches, replayOrder, type RecordedStream } from '../../../../src/training/sources/replay';
import { semiOnlineBatches } from '../../../../src/training/sources/semiOnline';
import { TINY, randomRows, stream } from '../models';

let policies: TransformerWeights[];
let reference: TransformerWeights;

beforeAll(async () => {
  await startBackend('wasm');
  policies = Array.from({ length: 12 }, (_, i) => createWeights(TINY, stream(`policy ${i}`)));
  reference = createWeights(TINY, stream('reference'));
});

/** Which policy a run has at a step: another one each time. */
const policyAt = (step: number): TransformerWeights => policies[step % policies.length] as TransformerWeights;
const randomPairs = (count: number): PreferencePairs => ({ chosen: randomRows(TINY, count, stream('chosen')), rejected: randomRows(TINY, count, stream('rejected')) });
const online = (fields: Partial<OnlineSettings> = {}): OnlineSettings => ({
  shape: TINY, prompts: randomRows(TINY, 20, stream('prompts')), judge: ruleModel((rows) => Float64Array.from(responseLengths(rows))), batchSize: 6, seed: 1, ...fields,
});

function recorded(steps: number, batchSize: number): RecordedStream {
  const numbered = Float32Array.from({ length: steps * batchSize }, (_, i) => i);
  return { steps, batchSize, pairs: randomPairs(steps * batchSize), generator: { chosen: numbered, rejected: numbered } };
}

describe('the order of a replay', () => {
  const sizes = fc.record({ steps: fc.integer({ min: 1, max: 40 }), batchSize: fc.integer({ min: 1, max: 9 }), window: fc.integer({ min: 1, max: 50 }), seed: fc.nat(1000) });

  it('is a permutation; within a window no pair moves farther than the window; in order none moves', () => {
    fc.assert(
      fc.property(sizes, ({ steps, batchSize, window, seed }) => {
        const all = Array.from({ length: steps * batchSize }, (_, i) => i);
        const batchOf = (i: number): number => Math.floor(i / batchSize);
        for (const order of ['ordered', 'shuffled', { window }] satisfies ReplayOrder[]) {
          const found = [...replayOrder(order, { steps, batchSize }, RandomStream.of(seed, 'test'))];
          expect([...found].sort((a, b) => a - b)).toEqual(all);
          if (order === 'ordered') expect(found).toEqual(all);
          if (typeof order === 'object') found.forEach((i, at) => { expect(Math.abs(batchOf(i) - batchOf(at))).toBeLessThan(order.window); });
        }
      }),
    );
  });

  it('moves pairs across the whole window, and a window of the whole run across all of it', () => {
    const sizes_ = { steps: 60, batchSize: 8 };
    const farthest = (order: ReplayOrder): number => Math.max(...[...replayOrder(order, sizes_, stream('far'))].map((i, at) => Math.abs(Math.floor(i / 8) - Math.floor(at / 8))));
    expect(farthest({ window: 4 })).toBe(3);
    expect(farthest('shuffled')).toBeGreaterThan(45);
    expect([...replayOrder({ window: 60 }, sizes_, stream('same'))]).toEqual([...replayOrder('shuffled', sizes_, stream('same'))]);
  });

  it.each<[ReplayOrder, number[], boolean]>([
    ['ordered', [0, 0, 0, 0, 0, 0, 0, 0], true],
    ['shuffled', [], false],
  ])('%s: a longer run passes over it again', (order, ages, repeats) => {
    const source = replayBatches({ shape: TINY, reference, stream: recorded(4, 3), order, batchSize: 3, seed: 1 });
    const batches = Array.from({ length: 8 }, (_, step) => source.batch(step, policyAt(step)));
    const written = batches.map(({ generator }) => [...(generator?.chosen ?? [])]);
    const pass = (from: number) => written.slice(from, from + 4).flat();
    expect([...pass(0)].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect([...pass(4)].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(JSON.stringify(pass(4)) === JSON.stringify(pass(0))).toBe(repeats);
    if (ages.length > 0) expect(batches.map(({ staleness }) => staleness)).toEqual(ages);
    else expect(Math.max(...batches.map(({ staleness = 0 }) => staleness))).toBeGreaterThan(0);
  });

  it('tells how far its pairs are from their time: the mean over the batch', () => {
    const source = replayBatches({ shape: TINY, stream: recorded(10, 2), order: 'shuffled', batchSize: 2, seed: 3 });
    for (let step = 0; step < 10; step += 1) {
      const { generator, staleness } = source.batch(step, policyAt(step));
      expect(staleness).toBe([...(generator?.chosen ?? [])].reduce((sum, i) => sum + Math.abs(step - Math.floor(i / 2)), 0) / 2);
    }
  });
});

describe('semi-online', () => {
  it('with an interval of 1 is online', () => {
    const [a, b] = [onlineBatches(online({ reference })), semiOnlineBatches({ ...online({ reference }), syncEvery: 1 })];
    for (let step = 0; step < 5; step += 1) {
      const { generator, staleness, ...batch } = b.batch(step, policyAt(step));
      expect(batch).toEqual(a.batch(step, policyAt(step)));
      expect(staleness).toBe(0);
      expect(generator?.chosen).toHaveLength(6);
    }
  });

  it('samples from the policy of the last sync, whose probabilities come with the batch', () => {
    const source = semiOnlineBatches({ ...online(), syncEvery: 4 });
    for (let step = 0; step < 10; step += 1) {
      const batch = source.batch(step, policyAt(step));
      const synced = policyAt(step - (step % 4));
      expect(batch.staleness).toBe(step % 4);
      expect(batch.pairs).toEqual(onlineBatches(online()).batch(step, synced).pairs);
      expect([...(batch.generator?.rejected ?? [])]).toEqual([...sequenceLogProbabilitiesOf(synced, TINY, batch.pairs.rejected)]);
      expect(batch.labels).toBe(6);
    }
  });

  it('goes on from its saved copy to the same batches, and says what is wrong without one', () => {
    const through = semiOnlineBatches({ ...online(), syncEvery: 4 });
    for (let step = 0; step < 6; step += 1) through.batch(step, policyAt(step));
    const saved = copyWeights(through.generator?.() as TransformerWeights);
    const resumed = semiOnlineBatches({ ...online(), syncEvery: 4 }, saved);
    for (let step = 6; step < 12; step += 1) expect(resumed.batch(step, policyAt(step))).toEqual(through.batch(step, policyAt(step)));
    expect(() => semiOnlineBatches({ ...online(), syncEvery: 4 }).batch(6, policyAt(6))).toThrow('The copy of the policy that step 6 samples from is missing');
  });
});

describe('a mixture', () => {
  const fixed = (batchSize: number, fields: object = {}) => offlineBatches({ shape: TINY, reference, pairs: randomPairs(40), batchSize, seed: 1, ...fields });

  it('has the share of online pairs first, then fixed ones, and spends labels on the former alone', () => {
    const n = onlinePairs(0.3, 10);
    const source = mixedBatches(TINY, onlineBatches(online({ reference, batchSize: n })), fixed(10 - n));
    for (let step = 0; step < 4; step += 1) {
      const batch = source.batch(step, policyAt(step));
      const [first, rest] = [onlineBatches(online({ reference, batchSize: n })).batch(step, policyAt(step)), fixed(10 - n).batch(step, policyAt(step))];
      expect(batch.labels).toBe(3);
      expect([...batch.pairs.chosen.tokens]).toEqual([...first.pairs.chosen.tokens, ...rest.pairs.chosen.tokens]);
      expect([...(batch.reference?.rejected ?? [])]).toEqual([...(first.reference?.rejected ?? []), ...(rest.reference?.rejected ?? [])]);
      expect(batch.generator).toBeUndefined();
      expect(batch.staleness).toBeUndefined();
    }
  });

  it('with replayed pairs tells the age of all', () => {
    const replayed = replayBatches({ shape: TINY, stream: recorded(5, 10), order: 'shuffled', batchSize: 6, seed: 1 });
    const { staleness, generator, pairs } = mixedBatches(TINY, onlineBatches(online({ batchSize: 4 })), replayed).batch(2, policyAt(2));
    expect(staleness).toBeCloseTo((6 * (replayed.batch(2, policyAt(2)).staleness ?? Number.NaN)) / 10, 10);
    expect([...(generator?.chosen ?? [])].slice(0, 4)).toEqual([...sequenceLogProbabilitiesOf(policyAt(2), TINY, pairs.chosen)].slice(0, 4));
  });

  it.each([
    { share: 1, name: 'online', alone: () => onlineBatches(online({ reference })), mixed: () => mixedBatches(TINY, onlineBatches(online({ reference })), undefined) },
    { share: 0, name: 'offline', alone: () => fixed(6), mixed: () => mixedBatches(TINY, undefined, fixed(6)) },
  ])('of share $share is the $name arm', ({ alone, mixed }) => {
    expect(mixed().batch(3, policyAt(3))).toEqual(alone().batch(3, policyAt(3)));
  });
});

it('samples of HyPO answer the prompts of the batch, change with the policy, and cost no label', () => {
  const source = withOnPolicySamples(offlineBatches({ shape: TINY, reference, pairs: randomPairs(40), batchSize: 5, seed: 1 }), { shape: TINY, reference, seed: 1 });
  const [batch, other] = [source.batch(2, policyAt(2)), source.batch(2, policyAt(3))];
  const prompts = (tokens: Int32Array) => Array.from({ length: 5 }, (_, row) => [...tokens.subarray(row * 9, row * 9 + 3)]);
  expect(prompts(batch.onPolicy?.samples.tokens ?? new Int32Array())).toEqual(prompts(batch.pairs.chosen.tokens));
  expect(batch.labels).toBe(0);
  expect(batch.onPolicy?.samples.tokens).not.toEqual(other.onPolicy?.samples.tokens);
  expect(batch.onPolicy).toEqual(source.batch(2, policyAt(2)).onPolicy);
  expect([...(batch.onPolicy?.reference ?? [])]).toEqual([...sequenceLogProbabilitiesOf(reference, TINY, batch.onPolicy!.samples)]);
});

import { describe, expect, it } from 'vitest';
import { gaoFits, type GaoFit } from '../../../../src/core/analysis';
import { estimateOf, type Run } from '../../../../src/core/run';
import { simulateRun } from './support';

const RL = { a: 0.5, b: 0.3 };
const BEST = { a: 0.6, b: 0.2 };
const rl = (kl: number): number => 0.1 + (kl === 0 ? 0 : Math.sqrt(kl) * (RL.a - RL.b * Math.log(Math.sqrt(kl))));
const bestOfN = (kl: number): number => 0.1 + Math.sqrt(kl) * (BEST.a - BEST.b * Math.sqrt(kl));
const kls = Array.from({ length: 14 }, (_, i) => i * 0.75);

/** Win rates that lie on the curve exactly, without outcomes: no noise but what is added. */
function exact(curve: (kl: number) => number, seed: number, at: readonly number[] = kls, effect = 0): Run {
  const run = simulateRun({ arm: 'online', seed, curve, kls: at, prompts: 8, keepOutcomes: false });
  const checkpoints = run.checkpoints.map((checkpoint, i) => ({
    ...checkpoint,
    metrics: { ...checkpoint.metrics, winRate: { ...estimateOf('winRate', { value: curve(at[i] ?? 0) + effect * Math.sqrt(at[i] ?? 0) }), standardError: 0 } },
  }));
  return { ...run, checkpoints };
}

const three = (curve: (kl: number) => number, at?: readonly number[]): Run[] => [1, 2, 3].map((seed) => exact(curve, seed, at));
const fitted = (fit: GaoFit | null): GaoFit => fit ?? expect.fail('no fit');

describe('Gao et al.’s forms', () => {
  it('recover their parameters, and the top by its closed form', () => {
    const { rl: fit, chosen } = gaoFits(three(rl), 'online', { resamples: 100 });
    const found = fitted(fit);
    expect([found.a.value, found.b.value, found.start]).toEqual([expect.closeTo(RL.a, 6), expect.closeTo(RL.b, 6), expect.closeTo(0.1, 9)]);
    const top = Math.exp(RL.a / RL.b - 1);
    expect(found.peak?.kl.value).toBeCloseTo(top * top, 5);
    expect(found.peak?.winRate.value).toBeCloseTo(0.1 + RL.b * top, 6);
    expect(found.rmse).toBeLessThan(1e-6);
    expect(chosen).toBe('rl');
  });

  it('tell best-of-n from rl by AICc', () => {
    const { bestOfN: fit, rl: other, chosen } = gaoFits(three(bestOfN), 'online', { resamples: 100 });
    const found = fitted(fit);
    expect([found.a.value, found.b.value]).toEqual([expect.closeTo(BEST.a, 6), expect.closeTo(BEST.b, 6)]);
    expect(found.peak?.kl.value).toBeCloseTo((BEST.a / (2 * BEST.b)) ** 2, 5);
    expect(found.peak?.winRate.value).toBeCloseTo(0.1 + BEST.a ** 2 / (4 * BEST.b), 6);
    expect(chosen).toBe('best-of-n');
    expect(found.aicc).toBeLessThan(fitted(other).aicc);
  });

  it('have AICc = n·log(RSS/n) + 2k + 2k(k+1)/(n−k−1), k with the variance', () => {
    const { rl: fit } = gaoFits(three(bestOfN), 'online', { resamples: 20 });
    const { aicc, rmse } = fitted(fit);
    const [n, k] = [3 * (kls.length - 1), 3];
    expect(aicc).toBeCloseTo(n * Math.log(rmse ** 2) + 2 * k + (2 * k * (k + 1)) / (n - k - 1), 6);
  });

  it('put intervals around them that widen with the seeds’ spread and hold the truth', () => {
    const effects = [-0.02, -0.01, 0, 0.01, 0.02];
    const runs = effects.map((effect, i) => exact(rl, i + 1, kls, effect));
    const found = fitted(gaoFits(runs, 'online', { resamples: 400 }).rl);
    expect(found.a.low).toBeLessThan(RL.a);
    expect(found.a.high).toBeGreaterThan(RL.a);
    expect(found.a.high - found.a.low).toBeGreaterThan(0.015);
    expect(found.peak?.kl.low).toBeLessThan(found.peak?.kl.value ?? NaN);
    expect(found.peak?.kl.high).toBeGreaterThan(found.peak?.kl.value ?? NaN);
  });

  it.each<[string, Run[], RegExp, 'rl' | 'bestOfN']>([
    ['a top beyond the KLs observed', three(rl, kls.map((kl) => kl / 5)), /outside the KLs observed .*still rises at their end, and nothing is extrapolated/, 'rl'],
    ['a curve that only rises', three((kl) => 0.1 + 0.1 * Math.sqrt(kl)), /outside the KLs observed/, 'bestOfN'],
    ['a curve that only falls', three((kl) => 0.5 - 0.1 * Math.sqrt(kl)), /falls from their beginning/, 'bestOfN'],
  ])('give no top of %s', (_, runs, note, form) => {
    const found = fitted(gaoFits(runs, 'online', { resamples: 40 })[form]);
    expect(found.peak).toBeNull();
    expect(found.notes.join()).toMatch(note);
  });

  it('say where the interval of the top ends because the data do', () => {
    const runs = [-0.08, -0.04, 0, 0.04, 0.08].map((effect, i) => exact(bestOfN, i + 1, kls.map((kl) => (kl * 2.5) / 9.75), effect));
    const found = fitted(gaoFits(runs, 'online', { resamples: 200 }).bestOfN);
    expect(found.peak?.kl.high).toBeLessThanOrEqual(2.5 + 1e-9);
    expect(found.notes.join()).toMatch(/upper bound of the peak's KL is the end of the KLs observed/);
  });

  it.each<[string, Run[], RegExp]>([
    ['no run', [], /too few checkpoints/],
    ['two checkpoints', three(rl, [0, 1, 2]), /too few checkpoints/],
    ['no step 0', three(rl, kls.slice(1)), /not measured at step 0/],
  ])('are not fitted to %s', (_, runs, note) => {
    expect(gaoFits(runs, 'online')).toMatchObject({ rl: null, bestOfN: null, chosen: null, notes: [expect.stringMatching(note)] });
  });
});

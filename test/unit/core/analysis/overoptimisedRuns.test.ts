import { describe, expect, it } from 'vitest';
import { overOptimisedRuns } from '../../../../src/core/analysis';
import { RandomStream } from '../../../../src/core/random';
import { estimateOf, type Checkpoint, type Run } from '../../../../src/core/run';
import { ONLINE, simulateRun } from './support';

/** Outcomes drawn afresh at every checkpoint, so that flat truths make peaks of luck. */
function judged(id: string, golden: readonly number[], proxy: readonly number[], prompts = 256): Run {
  const random = RandomStream.of(1, id);
  const draw = (rate: number): Float64Array => Float64Array.from({ length: prompts }, () => Number(random.uniform() < rate));
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / prompts;
  const checkpoints = golden.map((rate, i): Checkpoint => {
    const [win, proxyWin] = [draw(rate), draw(proxy[i] ?? 0)];
    return {
      step: i * 10, raw: {}, outcomes: { win, proxyWin },
      metrics: { kl: estimateOf('kl', { value: i }), winRate: estimateOf('winRate', { value: mean(win), n: prompts }, win), proxyWinRate: estimateOf('proxyWinRate', { value: mean(proxyWin), n: prompts }, proxyWin) },
    };
  });
  return { ...simulateRun({ arm: 'online', seed: 1, curve: ONLINE, kls: [] }), id, name: id, checkpoints };
}

const fallen = (id: string): Run => judged(id, [0.1, 0.4, 0.5, 0.2, 0.1], [0.2, 0.5, 0.7, 0.9, 0.95]);
const flat = (id: string): Run => judged(id, [0.1, 0.3, 0.3, 0.3, 0.3, 0.3], [0.2, 0.5, 0.5, 0.5, 0.5, 0.5]);

describe('overOptimisedRuns', () => {
  it('finds the runs that fell while the proxy did not, after Holm', () => {
    const both = judged('both fall', [0.1, 0.5, 0.1], [0.2, 0.8, 0.3]);
    const found = overOptimisedRuns([fallen('a'), flat('b'), both, fallen('c')]);
    expect(found.runs.map(({ isOverOptimised }) => isOverOptimised)).toEqual([true, false, false, true]);
    expect(found).toMatchObject({ tested: 4, overOptimised: 2 });
    expect(found.notes.join()).toMatch(/4 runs were tested; p-values are adjusted by Holm/);
    for (const { p, adjusted } of found.runs) expect(adjusted).toBeGreaterThanOrEqual(p ?? NaN);
  });

  it('cries wolf over a study of twelve flat runs in no more than one in twenty', () => {
    let cries = 0;
    for (let study = 0; study < 20; study += 1) cries += Number(overOptimisedRuns(Array.from({ length: 12 }, (_, i) => flat(`${study}/${i}`)), { resamples: 300 }).overOptimised > 0);
    expect(cries).toBeLessThanOrEqual(1);
  });

  it('does not count a run that cannot be tested, and says so', () => {
    const silent: Run = { ...flat('silent'), checkpoints: [] };
    const found = overOptimisedRuns([silent, fallen('a')]);
    expect(found).toMatchObject({ tested: 1, overOptimised: 1 });
    expect(found.runs[0]).toMatchObject({ p: null, adjusted: null, isOverOptimised: false });
    expect(found.notes[0]).toMatch(/1 of 2 runs have no golden and proxy win rates/);
  });

  it('without outcomes takes the p-value from the standard errors', () => {
    const run = fallen('a');
    const bare: Run = { ...run, checkpoints: run.checkpoints.map(({ step, metrics, raw }) => ({ step, metrics, raw })) };
    const [found] = overOptimisedRuns([bare]).runs;
    expect(found?.p).toBeLessThan(1e-6);
    expect(found?.isOverOptimised).toBe(true);
  });
});

/** Real per-checkpoint logs of a small study, where the machine has them: no truth to compare with, but real shapes. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { overOptimisation, performanceGap } from '../../../../src/core/analysis';
import { estimateOf, type Run } from '../../../../src/core/run';

const FOLDER = path.resolve(import.meta.dirname, '../../../../../shared/data/prototype-logs');

interface LogRow {
  readonly step: number;
  readonly kl: number;
  readonly win: number;
  readonly pwin: number;
}

function readStudy(file: string): Run[] {
  const logs = JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Record<string, LogRow[]>;
  return Object.entries(logs).map(([name, rows]): Run => {
    const sampling = name.startsWith('online') ? 'online' : 'offline';
    const beta = Number(/b(0?\.\d+)/.exec(name)?.[1]);
    return {
      id: name, name, experiment: file, path: `/${file}/${name}`, source: 'jsonl', status: 'finished', arm: sampling, sampling, objective: 'ipo', beta, seed: 0,
      klBudget: 3, config: { name }, environment: {}, warnings: [],
      checkpoints: rows.map(({ step, kl, win, pwin }) => ({
        step, raw: {},
        metrics: { kl: estimateOf('kl', { value: kl }), winRate: estimateOf('winRate', { value: win, n: 512 }), proxyWinRate: estimateOf('proxyWinRate', { value: pwin, n: 512 }) },
      })),
    };
  });
}

describe('on real logs', () => {
  it.for(['out_help_0.json', 'out_summ_0.json'])('%s: online is ahead within three nats, and says that one seed proves nothing', (file, ctx) => {
    if (!existsSync(path.join(FOLDER, file))) {
      console.warn(`${file} is not on this machine: the gap is not checked on real logs.`);
      ctx.skip('no prototype logs');
    }
    const report = performanceGap(readStudy(file), { resamples: 200 });
    const best = (sampling: string): number => Math.max(...report.arms.flatMap(({ points, sampling: of }) => (of === sampling ? points.map(({ winRate }) => winRate) : [])));
    expect(report.arms.find(({ sampling }) => sampling === 'online')?.peak?.winRate).toBeCloseTo(best('online'), 9);
    expect(report.gap?.peak?.value).toBeCloseTo(best('online') - best('offline'), 9);
    expect(report.gap?.atBudget?.value).toBeGreaterThan(0.03);
    expect(report.notes.join('\n')).toMatch(/single seed supports no claim/);
    for (const arm of report.arms) {
      // The curve runs through the data: nearer, on the whole, than the noise of several runs.
      const fit = arm.fit ?? [];
      const squares = arm.points.filter(({ kl }) => kl <= (fit.at(-1)?.kl ?? 0)).map(({ kl, winRate }) => {
        const after = Math.max(1, fit.findIndex((point) => point.kl >= kl));
        return ((fit[after]?.winRate ?? NaN) - winRate) ** 2;
      });
      expect(Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length)).toBeLessThan(0.09);
    }
  });

  it('sees the over-optimisation of the weakly regularised online run', (ctx) => {
    const file = 'out_help_0.json';
    if (!existsSync(path.join(FOLDER, file))) {
      console.warn(`${file} is not on this machine: over-optimisation is not checked on real logs.`);
      ctx.skip('no prototype logs');
    }
    const run = readStudy(file).find(({ name }) => name === 'online b.03');
    const found = run && overOptimisation(run);
    expect(found?.isEvident).toBe(true);
    expect(found?.goldenChange?.value).toBeLessThan(-0.3);
  });
});

/** Two arms, three seeds, closed curves: a study whose every number is known, without training or randomness. */
import type { CurvePoint, GaoFits, GapReport } from '../../../../src/core/analysis';
import type { Estimate, MetricName, Unit } from '../../../../src/core/run/metrics';
import type { Checkpoint, Run } from '../../../../src/core/run/types';

const STEPS = [0, 50, 100, 150, 200, 250, 300];
const REFERENCE = 0.12;

const curve = (online: boolean, kl: number) =>
  REFERENCE + (online ? 0.16 : 0.09) * Math.sqrt(kl) - (online ? 0.02 : 0.025) * kl;

const estimate = (value: number, unit: Unit, half?: number): Estimate =>
  half === undefined ? { value, unit, from: [] } : { value, low: value - half, high: value + half, n: 512, unit, from: [] };

function checkpoint(online: boolean, seed: number, step: number): Checkpoint {
  const kl = (online ? 4.6 : 6) * (step / 300) * (1 + 0.05 * (seed - 2));
  const rate = curve(online, kl) + (kl === 0 ? 0 : 0.006 * (seed - 2));
  const metrics: Partial<Record<MetricName, Estimate>> = {
    kl: estimate(kl, 'nats/sequence', 0.04 * kl),
    winRate: estimate(rate, 'fraction', 0.035),
    policyAccuracy: estimate((online ? 0.5 : 0.55) + (0.2 * step) / 300 + 0.004 * seed, 'fraction', 0.03),
    proxyAccuracy: estimate(0.874, 'fraction', 0.02),
    loss: estimate(0.25 - step / 3000, 'none'),
  };
  return { step, metrics, raw: {} };
}

export function studyRun(arm: string, seed: number, changes: Partial<Run> = {}): Run {
  const online = arm.startsWith('online');
  return {
    id: `study/${arm}-b0.1-s${seed}`,
    name: `${arm}-b0.1-s${seed}`,
    experiment: 'study',
    path: `/runs/study/${arm}-b0.1-s${seed}`,
    source: 'alignment-gap',
    status: 'finished',
    arm,
    sampling: online ? 'online' : 'offline',
    objective: 'ipo',
    beta: 0.1,
    seed,
    klBudget: 4,
    config: { arm, seed, learningRate: 0.001 },
    environment: { backend: 'wasm' },
    progress: { step: 300, steps: 300 },
    checkpoints: STEPS.map((step) => checkpoint(online, seed, step)),
    warnings: [],
    ...changes,
  };
}

export const studyRuns = (): Run[] => ['online', 'offline'].flatMap((arm) => [1, 2, 3].map((seed) => studyRun(arm, seed)));

function frontier(online: boolean): CurvePoint[] {
  const last = online ? 4.6 : 6;
  return Array.from({ length: 24 }, (_, i) => {
    const kl = 0.7 + ((last - 0.7) * i) / 23;
    const winRate = curve(online, kl);
    return { kl, winRate, low: winRate - 0.02, high: winRate + 0.02 };
  });
}

const GAO: GaoFits = {
  rl: {
    form: 'rl', a: { value: 0.2, low: 0.15, high: 0.25 }, b: { value: 0.1, low: 0.05, high: 0.15 }, start: 0.1, rmse: 0.012, aicc: -120,
    peak: { kl: { value: 4.31, low: 3.9, high: 4.53 }, winRate: { value: 0.366, low: 0.34, high: 0.39 } },
    notes: ["The upper bound of the peak's KL is the end of the KLs observed (0.30 to 4.53 nats): the peak may lie beyond it."],
  },
  bestOfN: null, chosen: 'rl', notes: [],
};

export function studyReport(changes: Partial<GapReport> = {}): GapReport {
  const arm = (name: 'online' | 'offline', peak: CurvePoint) => ({
    name,
    sampling: name,
    runs: [1, 2, 3].map((seed) => `study/${name}-b0.1-s${seed}`),
    points: [],
    fit: frontier(name === 'online'),
    attainable: frontier(name === 'online').map((point, i, all) => ({ ...point, winRate: Math.max(...all.slice(0, i + 1).map(({ winRate }) => winRate)) })),
    peak,
    atBudget: peak,
    withinBudget: peak,
    efficiency: name === 'online' ? 0.07 : 0.025,
    gao: name === 'online' ? GAO : null,
  });
  return {
    budget: 4,
    arms: [arm('online', { kl: 4.53, winRate: 0.371, low: 0.349, high: 0.392 }), arm('offline', { kl: 3.21, winRate: 0.201, low: 0.182, high: 0.219 })],
    gap: {
      between: ['online', 'offline'],
      matched: frontier(true).map(({ kl }) => ({ kl, value: curve(true, kl) - curve(false, kl), low: curve(true, kl) - curve(false, kl) - 0.03, high: curve(true, kl) - curve(false, kl) + 0.03 })),
      mean: { value: 0.128, low: 0.101, high: 0.155 },
      overlap: { low: 0.3, high: 3.2 },
      meanLogKl: { value: 0.071, low: 0.05, high: 0.092 },
      meanRootKl: { value: 0.101, low: 0.08, high: 0.122 },
      klRatios: [
        { winRate: 0.19, kl: [1.1, 2.9], ratio: { value: 2.64, low: 2.1, high: 3.3 }, bound: 'exact' },
        { winRate: 0.34, kl: [3.6, null], ratio: { value: 0.92, low: 0.8, high: 1.1 }, bound: 'at-least', note: 'offline never reaches 34.0%: the ratio is a bound.' },
      ],
      atBudget: { value: 0.16, low: 0.131, high: 0.189 },
      withinBudget: { value: 0.155, low: 0.12, high: 0.18 },
      peak: { value: 0.17, low: 0.141, high: 0.201 },
    },
    notes: ['The evaluation prompts are the same for all runs.'],
    resamples: 1000,
    seed: 0,
    ...changes,
  };
}

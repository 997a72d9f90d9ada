import { RandomStream } from '../../../../src/core/random';
import { estimateOf, type Checkpoint, type Run } from '../../../../src/core/run';

export interface SimulatedRun {
  readonly arm: 'online' | 'offline';
  readonly seed: number;
  /** True win rate at a KL. */
  readonly curve: (kl: number) => number;
  /** KL of each checkpoint; the first is usually 0. */
  readonly kls: readonly number[];
  readonly prompts?: number;
  /** Standard deviation of the seed's own effect on the win rate, growing with √KL. */
  readonly seedSpread?: number;
  /** Of the whole study: fixes the prompts, which all its runs share. */
  readonly study?: number;
  readonly fields?: Partial<Run>;
  readonly keepOutcomes?: boolean;
}

/**
 * Prompts differ in difficulty; within a run outcomes of a prompt go together over checkpoints, as real ones do: a prompt
 * is won while its own threshold lies below the win rate.
 */
export function simulateRun(options: SimulatedRun): Run {
  const { arm, seed, curve, kls, prompts = 512, seedSpread = 0, study = 0, fields = {}, keepOutcomes = true } = options;
  const hard = RandomStream.of(study, 'prompts');
  const difficulty = Float64Array.from({ length: prompts }, () => hard.uniform());
  const own = RandomStream.of(seed, `${arm} run of study ${study}`);
  const threshold = difficulty.map((value) => (own.uniform() < 0.7 ? value : own.uniform()));
  const effect = seedSpread * own.normal();
  const checkpoints = kls.map((kl, i): Checkpoint => {
    const rate = curve(kl) + effect * Math.sqrt(kl);
    const win = Float64Array.from(threshold, (value) => (value < rate ? 1 : 0));
    const value = win.reduce((sum, outcome) => sum + outcome, 0) / prompts;
    const klByPrompt = Float64Array.from({ length: prompts }, () => kl);
    return {
      step: i * 10,
      metrics: {
        winRate: estimateOf('winRate', { value, n: prompts }, win),
        kl: estimateOf('kl', { value: kl, standardError: 0.01 * kl }),
      },
      ...(keepOutcomes ? { outcomes: { win, kl: klByPrompt } } : {}),
      raw: {},
    };
  });
  const name = `${arm}-s${seed}`;
  return {
    id: `study/${name}`, name, experiment: 'study', path: `/runs/study/${name}`, source: 'alignment-gap', status: 'finished',
    arm, sampling: arm, objective: 'ipo', beta: 0.1, seed, klBudget: 3,
    config: { task: 'summarisation', stages: { dataSeed: study }, beta: 0.1, learningRate: 0.001, seed },
    environment: {}, checkpoints, warnings: [], ...fields,
  };
}

/** KL of eleven checkpoints: rising fast, then settling, as IPO's does. */
export const settlingKls = (end: number, jitter = 0): number[] => Array.from({ length: 11 }, (_, i) => end * (1 - Math.exp(-i / 4)) * (i === 0 ? 0 : 1 + jitter));

export const ONLINE = (kl: number): number => 0.13 + 0.15 * Math.sqrt(kl);
export const OFFLINE = (kl: number): number => 0.13 + 0.1 * Math.sqrt(kl) - 0.02 * kl;

export interface SimulatedStudy {
  readonly study: number;
  readonly online?: (kl: number) => number;
  readonly offline?: (kl: number) => number;
  readonly seeds?: number;
  readonly prompts?: number;
  readonly seedSpread?: number;
}

export function simulateStudy({ study, online = ONLINE, offline = OFFLINE, seeds = 3, prompts = 512, seedSpread = 0.02 }: SimulatedStudy): Run[] {
  const kl = RandomStream.of(study, 'kl');
  return (['online', 'offline'] as const).flatMap((arm) =>
    Array.from({ length: seeds }, (_, i) =>
      simulateRun({ arm, seed: i + 1, study, prompts, seedSpread, curve: arm === 'online' ? online : offline, kls: settlingKls(arm === 'online' ? 4 : 3.5, 0.05 * kl.normal()) }),
    ),
  );
}

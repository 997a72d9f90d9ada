/** Runs and experiments for the models of the editor. */
import type { Estimate } from '../../../src/core/run/metrics';
import type { Checkpoint, Run } from '../../../src/core/run/types';
import type { ExperimentState, RootState } from '../../../src/editor/runs/model/state';

export const rate = (value: number, low?: number, high?: number): Estimate => ({
  value, unit: 'fraction', n: 100, from: ['winRate'], ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }),
});
export const nats = (value: number): Estimate => ({ value, unit: 'nats/sequence', from: ['kl'] });

export const checkpoint = (step: number, win?: number, kl?: number): Checkpoint => ({
  step, raw: {}, metrics: { ...(win === undefined ? {} : { winRate: rate(win, win - 0.03, win + 0.03) }), ...(kl === undefined ? {} : { kl: nats(kl) }) },
});

export function run(name: string, parts: Partial<Run> = {}): Run {
  return {
    id: `study/${name}`, name, experiment: 'study', path: `/runs/study/${name}`, source: 'alignment-gap', status: 'finished', arm: 'online',
    sampling: 'online', objective: 'ipo', beta: 0.1, seed: 1, klBudget: 5, config: { task: 'summarisation', seed: 1 }, environment: {},
    progress: { step: 500, steps: 500 }, checkpoints: [checkpoint(0, 0.1, 0), checkpoint(500, 0.41, 3.2)], warnings: [], ...parts,
  };
}

export const experiment = (runs: readonly Run[], parts: Partial<ExperimentState> = {}): ExperimentState => ({
  path: '/runs/study', name: 'study', root: '/runs', runs, stages: [], isOrchestrated: false, ...parts,
});

export const root = (experiments: readonly ExperimentState[], parts: Partial<RootState> = {}): RootState => ({ path: '/runs', folder: 'workspace', experiments, problems: [], ...parts });

/** The JSON documents of `show --json` and `list --json`. */
import { METRIC_NAMES } from './metrics';
import type { Checkpoint, Run } from './types';

/** `alignment-gap/run@1`, exactly; per-prompt outcomes stay in the log. */
export function runDocument(run: Run): object {
  return {
    schema: 'alignment-gap/run@1',
    id: run.id,
    name: run.name,
    source: run.source,
    status: run.status,
    sampling: run.sampling,
    objective: run.objective,
    beta: run.beta ?? null,
    seed: run.seed ?? null,
    config: run.config,
    checkpoints: run.checkpoints.map(checkpointDocument),
    warnings: run.warnings.map(({ code, message, at }) => ({ code, message, ...(at === undefined ? {} : { at }) })),
  };
}

function checkpointDocument({ step, metrics, raw }: Checkpoint): object {
  const entries = METRIC_NAMES.flatMap((name): [string, object][] => {
    const estimate = metrics[name];
    if (estimate === undefined) return [];
    const { value, low, high, n, unit, estimator, quality, from } = estimate;
    // JSON leaves out what is undefined: absent, never zero.
    return [[name, { value, low, high, n, unit, estimator, quality, from }]];
  });
  return { step, metrics: Object.fromEntries(entries), raw };
}

/** `alignment-gap/list@1`. */
export function listDocument(runs: readonly Run[]): object {
  return {
    schema: 'alignment-gap/list@1',
    runs: runs.map(({ path, id, name, experiment, source, status, sampling, objective, seed }) => ({
      path, id, name, experiment, source, status, sampling, objective, seed: seed ?? null,
    })),
  };
}

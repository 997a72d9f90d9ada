/** Made-up runs of a study's experiments: every arm rises with √KL, by as much as it is told to. */
import { expandExperiment, parseExperiment } from '../../../../src/core/experiment';
import type { ExperimentFile } from '../../../../src/core/experiment';
import { estimateOf, type Checkpoint, type MetricName, type Run } from '../../../../src/core/run';
import type { StudyForm, StudyTemplate } from '../../../../src/core/study';
import { settlingKls, simulateRun } from '../analysis/support';

export interface MadeUp {
  /** Rise of the win rate at the end, by experiment and arm. */
  readonly rise: (experiment: string, arm: string) => number;
  readonly seeds?: number;
  readonly form?: StudyForm;
}

export function runsOf(file: ExperimentFile): ReturnType<typeof expandExperiment> {
  const parsed = parseExperiment(JSON.stringify(file));
  if (!parsed.ok) throw new Error(`${file.name}: ${parsed.problems.map(({ message, path }) => `${path}: ${message}`).join('; ')}`);
  return expandExperiment(parsed.experiment, (path) => path);
}

export function madeUpStudy(template: StudyTemplate, { rise, seeds = 3, form = 'smoke' }: MadeUp): Map<string, Run[]> {
  const files = template.experiments(form, Array.from({ length: seeds }, (_, i) => i + 1));
  return new Map(files.map((file) => [file.name, runsOf(file).map(({ name, config }) => madeUpRun(file.name, name, config, rise(file.name, config.arm)))]));
}

function madeUpRun(experiment: string, name: string, config: ReturnType<typeof runsOf>[number]['config'], rise: number): Run {
  const { arm, seed, sampling, objective, beta } = config;
  const run = simulateRun({
    arm: 'online', seed, kls: settlingKls(4, 0.002 * seed), curve: (kl) => 0.2 + (rise * Math.sqrt(kl)) / 2, seedSpread: 0.003, prompts: 256,
    fields: { id: `${experiment}/${name}`, name, experiment, path: `/runs/${experiment}/${name}`, arm, sampling, objective, beta, seed, config: { ...config } },
  });
  return { ...run, checkpoints: run.checkpoints.map((checkpoint, i) => withJudges(checkpoint, i / 10, arm)) };
}

/** An offline policy classifies better, a proxy best; the proxy's verdict runs away from golden's. */
function withJudges({ metrics, ...rest }: Checkpoint, share: number, arm: string): Checkpoint {
  const fraction = (name: 'policyAccuracy' | 'proxyAccuracy' | 'proxyWinRate' | 'proxyAccuracyOnPolicy', value: number) => ({ [name]: estimateOf(name, { value, n: 256 }) });
  const accuracy = 0.5 + share * (arm.startsWith('online') ? 0.1 : 0.2);
  return {
    ...rest,
    metrics: {
      ...metrics, ...fraction('policyAccuracy', accuracy), ...fraction('proxyAccuracy', 0.87),
      ...fraction('proxyWinRate', 0.2 + 0.6 * share), ...fraction('proxyAccuracyOnPolicy', 0.8 - 0.2 * share),
      ...further(share, arm), wallTime: estimateOf('wallTime', { value: 8 * share }),
    },
  };
}

/** Winners fall most offline, losers more; the shuffled replay goes furthest outside the data; samples age with the copies of the policy. */
function further(share: number, arm: string): Checkpoint['metrics'] {
  const value = (name: MetricName, at: number) => ({ [name]: estimateOf(name, { value: at }) });
  const offline = Number(!arm.startsWith('online'));
  const every = /^sync-(\d+)$/.exec(arm)?.[1];
  return {
    ...value('logpChosenChange', -(2 + offline) * share), ...value('logpRejectedChange', -(3 + 2 * offline) * share), ...value('trainAccuracy', 0.5 + 0.3 * share),
    ...value('densityRatioMedian', 4 * share), ...value('densityRatio95', (6 + 2 * offline) * share), ...value('outsideData', arm === 'shuffled' ? 0.4 * share : 0.1 * share),
    ...(every === undefined ? {} : { ...value('staleness', Number(every) / 2), ...value('offPolicyness', Number(every) / 10) }),
  };
}

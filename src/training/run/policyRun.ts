/** One policy run: train, and at each planned step evaluate, save and append to the run's log. */
import path from 'node:path';
import type { RunConfig } from '../../core/experiment/config';
import { TRAIN_PAIRS_EVALUATED } from '../../core/experiment/procedure';
import type { RunEvent, SampleRecord } from '../../core/run/events';
import { createEvaluator, type Evaluation } from '../evaluation/evaluate';
import { meanMetric } from '../evaluation/summary';
import type { Trainer } from '../optimiser/trainer';
import { digestWeights, type TransformerWeights } from '../policy/weights';
import { firstPairs } from '../preference/train';
import { CHECKPOINTS_FOLDER } from '../../runlog/paths';
import type { BatchSource } from '../sources/batch';
import { evaluationPrompts } from '../stages/goldenPolicy';
import type { Pipeline } from '../stages/pipeline';
import { batchSource, lossOf, policyTrainer } from './arm';
import { FRESH, loadNewestState, NOTHING_PENDING, saveState, type Counters, type Pending } from './savedState';
import { updatePolicy } from './update';

/** A progress line this often: often enough for a live panel, rare enough to keep the log small. */
const PROGRESS_EVERY = 10;

export interface RunLog {
  append(event: RunEvent): void;
  appendSamples(samples: readonly SampleRecord[]): void;
}

export interface PolicyRunSettings {
  readonly pipeline: Pipeline;
  readonly runDirectory: string;
  readonly log: RunLog;
  /** Steps whose checkpoint line is already in the log. */
  readonly loggedSteps: ReadonlySet<number>;
  readonly stopRequested: () => boolean;
}

export type RunEnd = { readonly kind: 'finished' } | { readonly kind: 'stopped'; readonly step: number };

export const checkpointsFolder = (runDirectory: string): string => path.join(runDirectory, CHECKPOINTS_FOLDER);

export async function trainPolicy(settings: PolicyRunSettings): Promise<RunEnd> {
  const { pipeline, runDirectory } = settings;
  const reference = await pipeline.reference();
  const frozen = digestWeights(reference);
  const saved = loadNewestState(checkpointsFolder(runDirectory), pipeline.shape);
  const { config } = pipeline;
  const trainer = policyTrainer(pipeline, config, reference, saved);
  const source = await batchSource(pipeline, config, reference, saved?.generator);
  const loop = new TrainingLoop(settings, trainer, source, await evaluator(pipeline, reference));
  const end = await loop.run(saved?.counters ?? FRESH, saved?.pending ?? NOTHING_PENDING);
  await trainer.dispose();
  // A reference that trains along keeps KL at 0 while every loss looks fine: never let such a run pass.
  if (digestWeights(reference) !== frozen) throw new Error('the frozen reference policy changed during training; its KL values are void. Please report this with trainer.log.');
  return end;
}

class TrainingLoop {
  private readonly config: RunConfig;
  private readonly checkpointSteps: ReadonlySet<number>;
  private pending: Pending = NOTHING_PENDING;

  constructor(
    private readonly settings: PolicyRunSettings,
    private readonly trainer: Trainer,
    private readonly source: BatchSource,
    private readonly evaluate: (policy: TransformerWeights) => Evaluation,
  ) {
    this.config = settings.pipeline.config;
    this.checkpointSteps = new Set(this.config.checkpointSteps);
  }

  async run(from: Counters, pending: Pending): Promise<RunEnd> {
    let counters = from;
    this.pending = pending;
    for (;;) {
      const began = performance.now();
      if (this.checkpointSteps.has(counters.step)) counters = this.checkpoint(counters, began);
      if (counters.step >= this.config.steps) return { kind: 'finished' };
      if (this.settings.stopRequested()) {
        this.save(counters);
        return { kind: 'stopped', step: counters.step };
      }
      counters = await this.update(counters);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private async update(counters: Counters): Promise<Counters> {
    const began = performance.now();
    const batch = this.source.batch(counters.step, this.trainer.weights);
    const { beta, learningRate } = this.config;
    const { shape } = this.settings.pipeline;
    const { loss, margin, offPolicyness, tokens } = await updatePolicy(this.trainer, { ...lossOf(this.config), shape }, batch, learningRate);
    if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss} at step ${counters.step}; lower the learning rate (now ${learningRate}) or raise β (now ${beta})`);
    this.pending = withStep(this.pending, { loss, staleness: batch.staleness, offPolicyness });
    const step = counters.step + 1;
    if (step % PROGRESS_EVERY === 0) this.settings.log.append({ event: 'progress', time: now(), step, loss, ...(margin === undefined ? {} : { margin }) });
    return {
      step,
      samplesLabelled: counters.samplesLabelled + batch.labels,
      tokensSeen: counters.tokensSeen + tokens,
      wallTime: counters.wallTime + (performance.now() - began) / 1000,
    };
  }

  /** The state is saved before the line is written: a crash between the two repeats an evaluation, never a training step. */
  private checkpoint(counters: Counters, began: number): Counters {
    const { step } = counters;
    if (this.settings.loggedSteps.has(step)) {
      this.pending = NOTHING_PENDING;
      return counters;
    }
    const evaluation = this.evaluate(this.trainer.weights);
    const timed = { ...counters, wallTime: counters.wallTime + (performance.now() - began) / 1000 };
    this.save(timed);
    this.settings.log.appendSamples(evaluation.samples.map((sample) => ({ step, ...sample })));
    this.settings.log.append({ event: 'checkpoint', time: now(), step, metrics: { ...evaluation.metrics, ...this.counted(timed) }, outcomes: evaluation.outcomes });
    this.pending = NOTHING_PENDING;
    return timed;
  }

  private counted(counters: Counters): Record<string, { value: number }> {
    const { step, samplesLabelled, tokensSeen, wallTime } = counters;
    return {
      ...Object.fromEntries(Object.entries<readonly number[]>({ ...this.pending }).flatMap(([name, values]) => (values.length > 0 ? [[name, { value: meanMetric(values).value }]] : []))),
      policyUpdates: { value: step },
      samplesLabelled: { value: samplesLabelled },
      tokensSeen: { value: tokensSeen },
      wallTime: { value: Number(wallTime.toFixed(3)) },
    };
  }

  private save(counters: Counters): void {
    const { weights } = this.trainer;
    const generator = this.source.generator?.();
    saveState(checkpointsFolder(this.settings.runDirectory), { weights, optimiser: this.trainer.state(), counters, pending: this.pending, ...(generator ? { generator } : {}) });
  }
}

/** What the next checkpoint reports as means, with one step's values more. */
function withStep(pending: Pending, values: Readonly<Record<keyof Pending, number | undefined>>): Pending {
  const added = (name: keyof Pending): readonly number[] => (values[name] === undefined ? pending[name] : [...pending[name], values[name]]);
  return { loss: added('loss'), staleness: added('staleness'), offPolicyness: added('offPolicyness') };
}

const now = (): string => new Date().toISOString();

async function evaluator(pipeline: Pipeline, reference: TransformerWeights): Promise<(policy: TransformerWeights) => Evaluation> {
  const { config, task, shape } = pipeline;
  const { train, heldOut } = await pipeline.relabelled();
  return createEvaluator({
    task, shape, reference,
    golden: await pipeline.golden(),
    proxy: await pipeline.proxy(),
    opponent: await pipeline.opponent(),
    prompts: await evaluationPrompts(pipeline),
    heldOut: firstPairs(heldOut, config.evaluation.pairs),
    train: firstPairs(train, TRAIN_PAIRS_EVALUATED),
    seed: config.stages.dataSeed,
    samplesKept: config.evaluation.samples,
  });
}

/** One policy run: train, and at each planned step evaluate, save and append to the run's log. */
import path from 'node:path';
import type { RunConfig } from '../../core/experiment/config';
import { TRAIN_PAIRS_EVALUATED } from '../../core/experiment/procedure';
import type { RunEvent, SampleRecord } from '../../core/run/events';
import { createEvaluator, type Evaluation } from '../evaluation/evaluate';
import { meanMetric } from '../evaluation/summary';
import { createTrainer, recordsSteps, type Trainer } from '../optimiser/trainer';
import { copyWeights, digestWeights, type TransformerWeights } from '../policy/weights';
import { takePairs } from '../preference/train';
import type { PreferencePairs } from '../rows';
import { evaluationPrompts } from '../stages/goldenPolicy';
import type { Pipeline } from '../stages/pipeline';
import { offlineBatches, onlineBatches, type BatchSource } from './batches';
import { FRESH, loadNewestState, saveState, type Counters, type SavedRun } from './savedState';
import { policyProgram, updatePolicy } from './update';

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

export const checkpointsFolder = (runDirectory: string): string => path.join(runDirectory, 'checkpoints');

export async function trainPolicy(settings: PolicyRunSettings): Promise<RunEnd> {
  const { pipeline, runDirectory } = settings;
  const reference = await pipeline.reference();
  const frozen = digestWeights(reference);
  const saved = loadNewestState(checkpointsFolder(runDirectory), pipeline.shape);
  const trainer = policyTrainer(pipeline, reference, saved);
  const loop = new TrainingLoop(settings, trainer, await batchSource(pipeline, reference), await evaluator(pipeline, reference));
  const end = await loop.run(saved?.counters ?? FRESH, saved?.pendingLosses ?? []);
  await trainer.dispose();
  // A reference that trains along keeps KL at 0 while every loss looks fine: never let such a run pass.
  if (digestWeights(reference) !== frozen) throw new Error('the frozen reference policy changed during training; its KL values are void. Please report this with trainer.log.');
  return end;
}

/** Offline, log π_ref of the pairs is computed once; online, with each batch or, where that is quicker, within the step. */
const referenceInStep = ({ sampling }: RunConfig): boolean => sampling === 'online' && recordsSteps();

function policyTrainer({ config, shape }: Pipeline, reference: TransformerWeights, saved?: SavedRun): Trainer {
  const program = policyProgram({ shape, objective: config.objective, beta: config.beta, ...(referenceInStep(config) ? { reference } : {}) });
  return createTrainer({ program, weights: saved?.weights ?? copyWeights(reference), ...(saved ? { state: saved.optimiser } : {}) });
}

class TrainingLoop {
  private readonly config: RunConfig;
  private readonly checkpointSteps: ReadonlySet<number>;
  private losses: number[] = [];

  constructor(
    private readonly settings: PolicyRunSettings,
    private readonly trainer: Trainer,
    private readonly source: BatchSource,
    private readonly evaluate: (policy: TransformerWeights) => Evaluation,
  ) {
    this.config = settings.pipeline.config;
    this.checkpointSteps = new Set(this.config.checkpointSteps);
  }

  async run(from: Counters, pendingLosses: readonly number[]): Promise<RunEnd> {
    let counters = from;
    this.losses = [...pendingLosses];
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
    const outcome = await updatePolicy(this.trainer, this.settings.pipeline.shape, batch, learningRate);
    if (!Number.isFinite(outcome.loss)) throw new Error(`the loss is ${outcome.loss} at step ${counters.step}; lower the learning rate (now ${learningRate}) or raise β (now ${beta})`);
    this.losses.push(outcome.loss);
    const step = counters.step + 1;
    if (step % PROGRESS_EVERY === 0) this.settings.log.append({ event: 'progress', time: now(), step, loss: outcome.loss, margin: outcome.margin });
    return {
      step,
      samplesLabelled: counters.samplesLabelled + batch.labels,
      tokensSeen: counters.tokensSeen + outcome.tokens,
      wallTime: counters.wallTime + (performance.now() - began) / 1000,
    };
  }

  /** The state is saved before the line is written: a crash between the two repeats an evaluation, never a training step. */
  private checkpoint(counters: Counters, began: number): Counters {
    const { step } = counters;
    if (this.settings.loggedSteps.has(step)) {
      this.losses = [];
      return counters;
    }
    const evaluation = this.evaluate(this.trainer.weights);
    const timed = { ...counters, wallTime: counters.wallTime + (performance.now() - began) / 1000 };
    this.save(timed);
    this.settings.log.appendSamples(evaluation.samples.map((sample) => ({ step, ...sample })));
    this.settings.log.append({ event: 'checkpoint', time: now(), step, metrics: { ...evaluation.metrics, ...this.counted(timed) }, outcomes: evaluation.outcomes });
    this.losses = [];
    return timed;
  }

  private counted(counters: Counters): Record<string, { value: number }> {
    const { step, samplesLabelled, tokensSeen, wallTime } = counters;
    return {
      ...(this.losses.length > 0 ? { loss: { value: meanMetric(this.losses).value } } : {}),
      policyUpdates: { value: step },
      samplesLabelled: { value: samplesLabelled },
      tokensSeen: { value: tokensSeen },
      wallTime: { value: Number(wallTime.toFixed(3)) },
    };
  }

  private save(counters: Counters): void {
    const { weights } = this.trainer;
    saveState(checkpointsFolder(this.settings.runDirectory), { weights, optimiser: this.trainer.state(), counters, pendingLosses: this.losses });
  }
}

const now = (): string => new Date().toISOString();

async function batchSource(pipeline: Pipeline, reference: TransformerWeights): Promise<BatchSource> {
  const { config, shape } = pipeline;
  const { train } = await pipeline.relabelled();
  const common = { shape, batchSize: config.batchSize, seed: config.seed };
  switch (config.sampling) {
    case 'online':
      return onlineBatches({ ...common, ...(referenceInStep(config) ? {} : { reference }), prompts: train.chosen, judge: await pipeline.proxy() });
    case 'offline':
      return offlineBatches({ ...common, reference, pairs: train });
  }
}

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

const firstPairs = (pairs: PreferencePairs, count: number): PreferencePairs =>
  takePairs(pairs, Int32Array.from({ length: Math.min(count, pairs.chosen.rows) }, (_, i) => i));

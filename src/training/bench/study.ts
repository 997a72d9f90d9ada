/** Every kind of step of one study, timed at the study's own shapes. */
import type { RunConfig } from '../../core/experiment/config';
import type { StudyCosts } from '../../core/estimate/costs';
import type { BenchAnswer, Speeds } from '../../core/estimate/messages';
import { STAGE_KINDS } from '../../core/run/events';
import { startBackend, type BackendInfo } from '../backend/start';
import type { TransformerShape } from '../policy/shape';
import { concatRows, rowLength, type PreferencePairs } from '../rows';
import { planStages } from '../stages/plan';
import { policyShapeOf } from '../stages/sft';
import { loadTask, type Task } from '../tasks';
import { benchData, type BenchData } from './data';
import { expectedLongest, responseLengths } from './lengths';
import { timed, timeStep, type Step } from './timer';
import { drawRows, forwardStep, klStep, languageModelStep, preferenceStep, samplingStep, saveStep, scoreStep, SFT_ROWS, updateStep } from './work';

export type StudyAnswer = Extract<BenchAnswer, { kind: 'study' }>;

/** Rows of one part of a large batch (src/training/policy/chunks.ts): larger batches cost in proportion. */
const ROWS = 128;

/** What both the measuring process and its companions need. */
export interface Prepared {
  readonly config: RunConfig;
  readonly task: Task;
  readonly backend: BackendInfo;
  readonly shape: TransformerShape;
  readonly data: BenchData;
  /** Processor seconds until all of a training process was there. */
  readonly start: number;
}

export async function prepare(config: RunConfig): Promise<Prepared> {
  const backend = await startBackend(config.backend);
  const { value: task, seconds } = await timed(() => loadTask(config.task));
  // Since the process began.
  const { user, system } = process.cpuUsage();
  const start = (user + system) / 1e6;
  return { config, task, backend, shape: policyShapeOf(config.policy, task), data: await benchData(config, task, seconds), start };
}

/** The step by which processes are compared: an update of the policy. */
export const comparedStep = ({ shape, data, config }: Pick<Prepared, 'shape' | 'data' | 'config'>): Step => updateStep(shape, data.pairs, config.batchSize);

export async function measureStudy(prepared: Prepared, seconds: number): Promise<Omit<StudyAnswer, 'kind'>> {
  const { config, task, backend, shape, data } = prepared;
  const { costs, alone } = await measureCosts(prepared, seconds);
  const plan = planStages(config, task, backend);
  return {
    backend: { name: backend.name, kernels: backend.kernels, reasons: backend.reasons },
    costs,
    alone,
    digests: Object.fromEntries(STAGE_KINDS.map((kind) => [kind, plan[kind].digest])),
    speeds: speedsOf(costs, shape, config.batchSize, longest(data.pairs, 2 * config.batchSize)),
  };
}

/** In an order in which code is compiled by small steps before large ones are timed: few of those fit into the time. */
async function measureCosts({ config, task, shape, data, start }: Prepared, budget: number): Promise<Pick<StudyAnswer, 'costs' | 'alone'>> {
  const { pairs, supervised, whole } = data;
  const sums = { warmUp: 0, wall: 0, processor: 0 };
  const time = async (step: Step, rows = 1): Promise<number> => {
    const cost = await timeStep(step, budget);
    sums.warmUp += cost.warmUp;
    // Each kind of step was repeated as long as the others: its ratio counts as much as theirs.
    sums.wall += cost.wall / cost.processor;
    sums.processor += 1;
    return cost.processor / rows;
  };
  const rows = drawRows(concatRows(pairs.chosen, pairs.rejected), ROWS);
  const both = 2 * config.batchSize;
  const prompts = Math.min(config.evaluation.prompts, whole.heldOut);
  const asked = Math.min(prompts, 2 * ROWS);
  const rule = task.goldenScores;
  const forwardRow = await time(forwardStep(shape, rows), ROWS);
  const proxyRow = await time(scoreStep(shape, rows), ROWS);
  const goldenRow = rule === undefined ? proxyRow : await time(() => void rule(rows), ROWS);
  const updateStep = await time(comparedStep({ config, shape, data }));
  const costs = {
    start, forwardRow, updateStep,
    data: whole.seconds,
    scoredRow: { proxy: proxyRow, golden: goldenRow },
    sampledRow: await time(samplingStep(shape, drawRows(pairs.chosen, both), longest(pairs, both)), both),
    evaluatedRow: await time(samplingStep(shape, drawRows(pairs.chosen, asked), longest(pairs, prompts)), asked),
    klRow: await time(klStep(shape, rows), ROWS),
    save: await time(saveStep(shape)),
    preferenceStep: {
      proxy: await time(preferenceStep(shape, pairs, 'proxy')),
      ...(rule === undefined ? { golden: await time(preferenceStep(shape, pairs, 'golden')) } : {}),
    },
    languageModelStep: await time(languageModelStep(shape, drawRows(supervised, SFT_ROWS))),
    pairs: { train: whole.train, heldOut: whole.heldOut },
  };
  return { costs: { ...costs, warmUp: sums.warmUp }, alone: sums.wall / sums.processor };
}

const longest = (pairs: PreferencePairs, draws: number): number => Math.ceil(expectedLongest(responseLengths(concatRows(pairs.chosen, pairs.rejected)), draws));

function speedsOf({ languageModelStep, updateStep, sampledRow }: StudyCosts, shape: TransformerShape, batchSize: number, positions: number): Speeds {
  return {
    languageModel: (SFT_ROWS * rowLength(shape)) / languageModelStep,
    ipo: (2 * batchSize * rowLength(shape)) / updateStep,
    sampling: positions / sampledRow,
  };
}

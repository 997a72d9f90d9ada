/** Every kind of step of one study, timed at the study's own shapes. */
import type { RunConfig } from '../../core/experiment/config';
import type { StudyCosts } from '../../core/estimate/costs';
import type { BenchAnswer, Speeds } from '../../core/estimate/messages';
import { startBackend, type BackendInfo } from '../backend/start';
import { DEFAULT_CHUNK } from '../policy/chunks';
import type { TransformerShape } from '../policy/shape';
import { concatRows, responseLengths, rowLength, type PreferencePairs } from '../rows';
import { opponentShape, planStages } from '../stages/plan';
import { policyShapeOf, SFT_ROWS } from '../stages/sft';
import { loadTask, type Task } from '../tasks';
import { benchData, type BenchData } from './data';
import { expectedLongest } from './lengths';
import { timed, timeStep, timeSteps, type Step } from './timer';
import { drawRows, forwardStep, klStep, languageModelStep, preferenceStep, samplingStep, saveStep, scoreStep, updateStep } from './work';

export type StudyAnswer = Extract<BenchAnswer, { kind: 'study' }>;

/** Larger batches go through the model in parts of this size, and cost in proportion. */
const ROWS = DEFAULT_CHUNK;

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
    digests: Object.fromEntries(Object.values(plan).filter(({ kind }) => kind !== 'recording' && kind !== 'policy-data').map(({ kind, digest }) => [kind, digest])),
    speeds: speedsOf(costs, shape, config.batchSize, longest(data.pairs, 2 * config.batchSize)),
  };
}

async function measureCosts(prepared: Prepared, budget: number): Promise<Pick<StudyAnswer, 'costs' | 'alone'>> {
  const { config, task, shape, data, start } = prepared;
  const { pairs, supervised, whole } = data;
  const rows = drawRows(concatRows(pairs.chosen, pairs.rejected), ROWS);
  const both = 2 * config.batchSize;
  const prompts = Math.min(config.evaluation.prompts, whole.heldOut);
  const asked = Math.min(prompts, 2 * ROWS);
  const rule = task.goldenScores;
  const { costs, warmUp, pace } = await timeSteps({
    forward: forwardStep(shape, rows),
    score: scoreStep(policyShapeOf(config.stages.proxyPolicy ?? config.policy, task), rows),
    update: comparedStep(prepared),
    sampled: samplingStep(shape, drawRows(pairs.chosen, both), longest(pairs, both)),
    evaluated: samplingStep(shape, drawRows(pairs.chosen, asked), longest(pairs, prompts)),
    kl: klStep(shape, rows),
    proxy: preferenceStep(policyShapeOf(config.stages.proxyPolicy ?? config.policy, task), pairs, 'proxy'),
    // Where a rule judges, nothing is learnt: what is timed in its place is the rule.
    golden: rule === undefined ? preferenceStep(policyShapeOf(opponentShape(config), task), pairs, 'golden') : () => void rule(rows),
    languageModel: languageModelStep(shape, drawRows(supervised, SFT_ROWS)),
  }, budget);
  return {
    alone: pace,
    costs: {
      start, warmUp,
      data: whole.seconds,
      languageModelStep: costs.languageModel,
      preferenceStep: { proxy: costs.proxy, ...(rule === undefined ? { golden: costs.golden } : {}) },
      updateStep: costs.update,
      sampledRow: costs.sampled / both,
      evaluatedRow: costs.evaluated / asked,
      forwardRow: costs.forward / ROWS,
      klRow: costs.kl / ROWS,
      scoredRow: { proxy: costs.score / ROWS, golden: (rule === undefined ? costs.score : costs.golden) / ROWS },
      // Apart from the others: it waits for the disk, and would tell a wrong pace.
      save: (await timeStep(saveStep(shape), budget / 4)).wall,
      pairs: { train: whole.train, heldOut: whole.heldOut },
    },
  };
}

const longest = (pairs: PreferencePairs, draws: number): number => Math.ceil(expectedLongest(responseLengths(concatRows(pairs.chosen, pairs.rejected)), draws));

function speedsOf({ languageModelStep, updateStep, sampledRow }: StudyCosts, shape: TransformerShape, batchSize: number, positions: number): Speeds {
  return {
    languageModel: (SFT_ROWS * rowLength(shape)) / languageModelStep,
    ipo: (2 * batchSize * rowLength(shape)) / updateStep,
    sampling: positions / sampledRow,
  };
}

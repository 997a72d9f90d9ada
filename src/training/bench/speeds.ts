/** Tokens a second of policies of several sizes on summarisation: all built-in tasks have rows of one shape. */
import type { BenchAnswer, BenchRequest, Speeds } from '../../core/estimate/messages';
import type { PolicyShape } from '../../core/experiment/schema';
import { messageOf, startNamed } from '../backend/start';
import { concatRows, rowLength } from '../rows';
import { policyShapeOf, SFT_ROWS } from '../stages/sft';
import { loadTask } from '../tasks';
import { RandomStream } from '../../core/random';
import { timeStep, warmUp, type Step } from './timer';
import { drawRows, languageModelStep, samplingStep, updateStep } from './work';

const BATCH = 32;
/** A backend that is slow beyond use is not waited for: sizes left when this many budgets are spent are left out. */
const MOST_BUDGETS = 30;

export type SpeedsRequest = Extract<BenchRequest, { kind: 'speeds' }>;

export async function measureSpeeds({ backend, policies, seconds }: SpeedsRequest): Promise<BenchAnswer> {
  let kernels: string;
  try {
    kernels = await startNamed(backend);
  } catch (error) {
    return { kind: 'unavailable', reason: messageOf(error) };
  }
  const start = performance.now() / 1000;
  const measured: Record<string, Speeds> = {};
  const began = performance.now();
  for (const [name, policy] of Object.entries(policies)) {
    if (performance.now() - began > 1000 * MOST_BUDGETS * seconds) break;
    measured[name] = await speedsOf(policy, seconds);
  }
  return { kind: 'speeds', kernels, start, policies: measured };
}

async function speedsOf(policy: PolicyShape, seconds: number): Promise<Speeds> {
  const task = await loadTask('summarisation');
  const shape = policyShapeOf(policy, task);
  const { train } = await task.data({ pairs: 2 * SFT_ROWS, heldOutPairs: 1, pretrainingResponses: 1 }, RandomStream.of(1, 'bench data'));
  const rows = drawRows(concatRows(train.chosen, train.rejected), SFT_ROWS);
  const time = async (step: Step): Promise<number> => {
    await warmUp(step);
    return (await timeStep(step, seconds)).wall;
  };
  return {
    languageModel: (SFT_ROWS * rowLength(shape)) / (await time(languageModelStep(shape, rows))),
    ipo: (2 * BATCH * rowLength(shape)) / (await time(updateStep(shape, train, BATCH))),
    sampling: (2 * BATCH * shape.responseLength) / (await time(samplingStep(shape, drawRows(rows, 2 * BATCH), shape.responseLength))),
  };
}

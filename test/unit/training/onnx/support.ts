/** ONNX Runtime for tests: where this machine has it, otherwise a skip that says what is missing. */
import type { TestContext } from 'vitest';
import { languageModelProgram } from '../../../../src/training/objectives/languageModel';
import { ENGINES } from '../../../../src/engines';
import { loadRuntime, type OnnxRuntime } from '../../../../src/training/onnx/runtime';
import { floats, type Feeds, type LossProgram } from '../../../../src/training/optimiser/program';
import { responseFeeds } from '../../../../src/training/policy/logProbabilities';
import { scoreFeeds } from '../../../../src/training/policy/score';
import type { TransformerShape } from '../../../../src/training/policy/shape';
import { createWeights } from '../../../../src/training/policy/weights';
import { preferenceProgram } from '../../../../src/training/preference/train';
import type { TokenRows } from '../../../../src/training/rows';
import { policyProgram, updateFeeds, type UpdateSettings } from '../../../../src/training/run/update';
import type { LabelledBatch } from '../../../../src/training/sources/batch';
import { engineForTests } from '../../../fixtures/nativeEngines';
import { randomRows, stream } from '../models';

export function runtimeOrSkip(context: TestContext): OnnxRuntime {
  const folder = engineForTests('onnx');
  if (folder !== undefined) process.env[ENGINES.onnx.variable] = folder;
  try {
    return loadRuntime();
  } catch (error) {
    const reason = `${(error as Error).message}; set ${ENGINES.onnx.variable} to a folder that has it to run this test`;
    console.warn(`Skipped: ${reason}`);
    return context.skip(reason);
  }
}

export interface Problem {
  readonly program: LossProgram;
  readonly feeds: Feeds;
}

const reference = (shape: TransformerShape) => createWeights(shape, stream('reference'));

/** The policy's step on a batch that has all that any of them reads; half the rows are pairs' first sides. */
function policyProblem(settings: Pick<UpdateSettings, 'shape' | 'objective' | 'onPolicyKl'>, rows: number, purpose: string): Problem {
  const { shape } = settings;
  const pairs = Math.max(2, rows / 2);
  const draw = (side: string): TokenRows => randomRows(shape, pairs, stream(`${purpose} ${side}`));
  const numbers = (shift: number): Float32Array => Float32Array.from({ length: pairs }, (_, i) => Math.sin(i + shift) - 3);
  const batch: LabelledBatch = {
    pairs: { chosen: draw('chosen'), rejected: draw('rejected') }, labels: 0,
    reference: { chosen: numbers(0), rejected: numbers(1) }, generator: { chosen: numbers(2), rejected: numbers(3) }, rewards: { chosen: numbers(4), rejected: numbers(5) },
    ...(settings.onPolicyKl === undefined ? {} : { onPolicy: { samples: draw('samples'), reference: numbers(6) } }),
  };
  return { program: policyProgram({ ...settings, beta: 0.1 }), feeds: updateFeeds(shape, batch, settings) };
}

/** Every kind of training there is; rows must be even where rows are pairs. */
export const PROBLEMS = {
  'language model': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => ({
    program: languageModelProgram(shape),
    feeds: responseFeeds(shape, randomRows(shape, rows, stream(purpose))),
  }),
  'language model per token': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => ({
    program: languageModelProgram(shape, 'token'),
    feeds: responseFeeds(shape, randomRows(shape, rows, stream(purpose))),
  }),
  'IPO': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => ({
    program: policyProgram({ shape, objective: 'ipo', beta: 0.1 }),
    feeds: { ...responseFeeds(shape, randomRows(shape, rows, stream(purpose))), reference: floats(Float32Array.from({ length: rows }, (_, i) => Math.sin(i) - 3)) },
  }),
  'IPO with the reference in the step': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => ({
    program: policyProgram({ shape, objective: 'ipo', beta: 0.1, reference: reference(shape) }),
    feeds: responseFeeds(shape, randomRows(shape, rows, stream(purpose))),
  }),
  'IPO as Azar et al. scale it': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => policyProblem({ shape, objective: 'ipo-azar' }, rows, purpose),
  'DPO': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => policyProblem({ shape, objective: 'dpo' }, rows, purpose),
  'SLiC': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => policyProblem({ shape, objective: 'slic' }, rows, purpose),
  'Best-of-2': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => policyProblem({ shape, objective: 'best-of-2' }, rows, purpose),
  'RLOO': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => policyProblem({ shape, objective: 'rloo' }, rows, purpose),
  'DPO with KL on samples': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => policyProblem({ shape, objective: 'dpo', onPolicyKl: 0.3 }, rows, purpose),
  'Best-of-2 with KL on samples': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => policyProblem({ shape, objective: 'best-of-2', onPolicyKl: 0.3 }, rows, purpose),
  'Bradley–Terry': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => ({
    program: preferenceProgram(shape),
    feeds: scoreFeeds(shape, randomRows(shape, rows, stream(purpose))),
  }),
} as const;

export type ProblemName = keyof typeof PROBLEMS;

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
import { policyProgram } from '../../../../src/training/run/update';
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
  'Bradley–Terry': (shape: TransformerShape, rows: number, purpose = 'rows'): Problem => ({
    program: preferenceProgram(shape),
    feeds: scoreFeeds(shape, randomRows(shape, rows, stream(purpose))),
  }),
} as const;

export type ProblemName = keyof typeof PROBLEMS;

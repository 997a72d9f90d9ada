/** The recorded graph, run by ONNX Runtime, against TensorFlow.js' plain backend: every tensor of every kind of training. */
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { gradientsBy, selfTestRuntime } from '../../../../src/training/onnx/selfTest';
import { lossAndGradients } from '../../../../src/training/optimiser/gradientStep';
import { tensorsOf } from '../../../../src/training/optimiser/program';
import type { TransformerShape } from '../../../../src/training/policy/shape';
import { createWeights, disposeWeights, weightsFromBuffers, weightsToBuffers, type TransformerWeights } from '../../../../src/training/policy/weights';
import { GPT2, ODD, TINY, stream } from '../models';
import { PROBLEMS, runtimeOrSkip, type Problem, type ProblemName } from './support';

const SCORED: TransformerShape = { ...TINY, scalarHead: true, promptMatch: true, pool: 'sum' };

const CASES: readonly { readonly problem: ProblemName; readonly name: string; readonly shape: TransformerShape; readonly rows: number }[] = [
  { problem: 'language model', name: 'tiny', shape: TINY, rows: 3 },
  { problem: 'language model', name: 'one head, one layer, matches', shape: { ...TINY, promptMatch: true, heads: 1, layers: 1 }, rows: 9 },
  { problem: 'language model per token', name: 'GPT-2', shape: GPT2, rows: 5 },
  { problem: 'language model per token', name: 'GPT-2 without a prompt', shape: { ...GPT2, promptLength: 0 }, rows: 5 },
  { problem: 'language model', name: 'three layers, depth 3', shape: { ...ODD, layers: 3 }, rows: 1 },
  { problem: 'IPO', name: 'tiny', shape: TINY, rows: 6 },
  { problem: 'IPO', name: 'odd', shape: ODD, rows: 18 },
  { problem: 'IPO', name: 'GPT-2', shape: GPT2, rows: 10 },
  { problem: 'IPO with the reference in the step', name: 'tiny', shape: TINY, rows: 6 },
  { problem: 'IPO with the reference in the step', name: 'GPT-2', shape: { ...GPT2, heads: 5 }, rows: 2 },
  { problem: 'IPO as Azar et al. scale it', name: 'tiny', shape: TINY, rows: 6 },
  { problem: 'DPO', name: 'tiny', shape: TINY, rows: 6 },
  { problem: 'SLiC', name: 'odd', shape: { ...ODD, scalarHead: false, promptMatch: false }, rows: 6 },
  { problem: 'Best-of-2', name: 'GPT-2', shape: GPT2, rows: 6 },
  { problem: 'RLOO', name: 'tiny', shape: TINY, rows: 6 },
  { problem: 'DPO with KL on samples', name: 'tiny', shape: TINY, rows: 6 },
  { problem: 'Best-of-2 with KL on samples', name: 'tiny', shape: TINY, rows: 6 },
  { problem: 'Bradley–Terry', name: 'tiny', shape: SCORED, rows: 4 },
  { problem: 'Bradley–Terry', name: 'odd', shape: ODD, rows: 10 },
  { problem: 'Bradley–Terry', name: 'GPT-2', shape: { ...GPT2, scalarHead: true, promptMatch: true, pool: 'mean' }, rows: 6 },
];

/** Constant weights (gains of 1, biases of 0) hide mistakes: all of them are moved. */
function moved(shape: TransformerShape): TransformerWeights {
  const noise = stream('moved');
  const drawn = createWeights(shape, stream('weights'));
  const buffers = Object.fromEntries(Object.entries(weightsToBuffers(drawn)).map(([name, values]) => [name, values.map((value) => value + 0.1 * noise.normal())]));
  disposeWeights(drawn);
  return weightsFromBuffers(shape, buffers);
}

function plain({ program, feeds }: Problem, weights: TransformerWeights): { loss: number; gradients: Record<string, Float32Array> } {
  const tensors = tensorsOf(feeds);
  const { value, gradients } = lossAndGradients(() => program.loss(weights, tensors, { frozen: program.frozen ?? {}, observe: () => undefined }), weights);
  const arrays = Object.entries(gradients).map(([name, gradient]) => [name, Float32Array.from(gradient.dataSync<'float32'>())] as const);
  tf.dispose([gradients, { ...tensors }]);
  return { loss: value, gradients: Object.fromEntries(arrays) };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

test('the tiny model with known answers', async (context) => {
  const runtime = runtimeOrSkip(context);
  await startBackend('wasm');
  await selfTestRuntime(runtime);
});

describe('gradients', () => {
  test.for(CASES)('$problem, $name, $rows rows: the same as on cpu', async ({ problem, shape, rows }, context) => {
    const runtime = runtimeOrSkip(context);
    await startBackend('cpu');
    const posed = PROBLEMS[problem](shape, rows);
    const weights = moved(shape);
    const expected = plain(posed, weights);
    const { loss, gradients } = await gradientsBy(runtime, posed.program, weights, posed.feeds);
    expect(loss).toBeCloseTo(expected.loss, 4);
    expect(Object.keys(gradients)).toEqual(Object.keys(expected.gradients));
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      const difference = norm(gradient.map((value, i) => value - (gradients[name]?.[i] ?? Number.NaN)));
      expect(difference, name).toBeLessThan(1e-5 * Math.max(1, norm(gradient)));
    }
    expect(Object.values(expected.gradients).filter((gradient) => norm(gradient) > 1e-4).length).toBeGreaterThan(8);
  });
});

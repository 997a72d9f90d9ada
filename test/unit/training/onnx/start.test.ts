/** The backend by its name in an experiment: what it says where it is missing, and what it does where it is there. */
import { expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { loadRuntime } from '../../../../src/training/onnx/runtime';
import { createTrainer, recordsSteps } from '../../../../src/training/optimiser/trainer';
import { createWeights } from '../../../../src/training/policy/weights';
import { TINY, stream } from '../models';
import { PROBLEMS, runtimeOrSkip } from './support';

// First: a runtime that was loaded once stays so.
test('where it is not installed, the message says how to get it', () => {
  expect(() => loadRuntime('/nowhere')).toThrow('onnxruntime-node is not installed (optional; to install it: alignment-gap native install onnx)');
});

test('takes over the steps of the wasm backend and says so; another backend takes them back', async (context) => {
  runtimeOrSkip(context);
  const info = await startBackend('onnx');
  expect(info).toMatchObject({ name: 'onnx', reasons: [] });
  expect(info.kernels).toMatch(/^training steps: ONNX Runtime \d+\.\d+\.\d+ on the CPU; all else: wasm, /);
  expect([tf.getBackend(), recordsSteps()]).toEqual(['wasm', true]);
  const { program, feeds } = PROBLEMS['language model'](TINY, 4);
  const trainer = createTrainer({ program, weights: createWeights(TINY, stream('weights')) });
  const first = await trainer.step(feeds, 1e-2);
  await trainer.dispose();
  await startBackend('wasm');
  expect(recordsSteps()).toBe(false);
  const plain = createTrainer({ program, weights: createWeights(TINY, stream('weights')) });
  expect((await plain.step(feeds, 1e-2)).loss).toBeCloseTo(first.loss, 4);
});

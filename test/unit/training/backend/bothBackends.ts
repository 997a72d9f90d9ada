/** The same computation on TensorFlow.js' plain cpu backend and on wasm with our kernels. */
import { expect } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { stream } from '../models';
import { expectClose } from './closeness';

/** Both started and self-tested, ours installed: for `beforeAll`. */
export async function startBoth(): Promise<void> {
  await startBackend('cpu');
  expect((await startBackend('wasm')).kernels).toMatch(/^stock \+ own/);
}

/** Every tensor that `compute` answers, from each backend. What it reads it must make itself. */
export async function both(compute: () => tf.Tensor | readonly tf.Tensor[]): Promise<Record<'cpu' | 'wasm', Float32Array[]>> {
  const on = async (backend: 'cpu' | 'wasm'): Promise<Float32Array[]> => {
    await tf.setBackend(backend); // started, tested and with our kernels since startBoth
    const arrays: Float32Array[] = [];
    tf.tidy(() => {
      const answer = compute();
      for (const tensor of answer instanceof tf.Tensor ? [answer] : answer) arrays.push(Float32Array.from(tensor.dataSync()));
    });
    return arrays;
  };
  return { cpu: await on('cpu'), wasm: await on('wasm') };
}

export async function expectSame(compute: () => tf.Tensor | readonly tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const { cpu, wasm } = await both(compute);
  expect(wasm.length).toBe(cpu.length);
  wasm.forEach((values, i) => expectClose(values, cpu[i]!, tolerance, `output ${i}`));
}

/** The value of f and its gradients, under the same made-up gradient of its output. */
export function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads((...xs) => f(...xs))([...inputs], dyLike(f(...inputs)));
  return [value, ...grads];
}

const dyLike = (y: tf.Tensor): tf.Tensor => tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.sin(1 + 2 * i)), y.shape);

export const randomFloats = (purpose: string, count: number): Float32Array => {
  const random = stream(purpose);
  return Float32Array.from({ length: count }, () => random.normal());
};

/** The optimiser's kernels of both builds against Adam in double precision. */
import { expect, test } from 'vitest';
import { stream } from '../models';
import { expectClose, expectRelative } from './closeness';
import { describeBuilds } from './rawKernels';
import { ReferenceAdam } from './reference/adam';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 64, 65];
const random = stream('raw adam');
const floats = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());

describeBuilds('Adam', (raw) => {
  test.each(SIZES.flatMap((count) => [0, 0.1].map((weightDecay) => ({ count, weightDecay }))))('50 steps of $count weights, decay $weightDecay', ({ count, weightDecay }) => {
    const [beta1, beta2, epsilon, rate] = [0.9, 0.99, 1e-8, 1e-2];
    let state: Readonly<Record<'w' | 'm' | 'v', Float32Array>> = { w: floats(count), m: new Float32Array(count), v: new Float32Array(count) };
    const reference = new ReferenceAdam(state.w);
    for (let step = 1; step <= 50; step += 1) {
      const g = floats(count).map((value) => value * 10 ** (step % 5 - 3));
      const scale = step % 3 === 0 ? 0.25 : 1;
      // The bias corrections of both moments go into rate and epsilon, as Kingma & Ba suggest at the end of their section 2.
      const second = Math.sqrt(1 - beta2 ** step);
      state = raw.adam({ ...state, g, settings: [scale, beta1, beta2, (rate * second) / (1 - beta1 ** step), epsilon * second, rate * weightDecay] });
      reference.step(g, { beta1, beta2, epsilon, rate, weightDecay, scale });
    }
    expectClose(state.w, reference.w, 1e-5, 'weights');
    expectClose(state.m, reference.m, 5e-6, 'first moments');
    // 1 − β₂ in single precision is off by a millionth of itself.
    expectClose(state.v, reference.v, 5e-6, 'second moments');
  });

  test('a weight without gradient stays bit for bit', () => {
    const w = floats(9);
    const zeros = new Float32Array(9);
    expectClose(raw.adam({ w, g: zeros, m: zeros, v: zeros, settings: [1, 0.9, 0.99, 0.1, 1e-8, 0] }).w, w, 0);
  });

  test('the sum of squares, also over more than one stretch', () => {
    for (const count of [0, ...SIZES, 4093, 4096, 4097, 4099, 8192, 12_345]) {
      const x = floats(count);
      expectRelative([raw.sumOfSquares(x)], [x.reduce((sum, value) => sum + value * value, 0)], 1e-6, `${count} floats`);
    }
    expect(raw.sumOfSquares([1, 2, Number.NaN])).toBeNaN();
    expect(raw.sumOfSquares([1, 2, 3, Infinity, 5])).toBe(Infinity);
  });
});

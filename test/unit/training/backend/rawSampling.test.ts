/** Drawing tokens, and the exponential and logarithm underneath, of both builds. */
import { expect, test } from 'vitest';
import { drawToken } from '../../../../src/training/policy/sampler';
import { stream } from '../models';
import { expectRelative } from './closeness';
import { describeBuilds, type DrawCase, type RawKernels } from './rawKernels';
import { logSoftmax } from './reference/layers';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 64, 65];
const random = stream('raw sampling');
const NEVER = -1;
/** Just below 1. */
const LARGEST = 1 - 2 ** -53;

/** One token a row, all rows with logits of their own (or the same ones), nothing ended yet. */
function drawAll(raw: RawKernels, logits: ArrayLike<number>, noise: ArrayLike<number>, settings: { readonly vocabulary: number; readonly temperature: number }): number[] {
  const rows = noise.length;
  const one: DrawCase = { ...settings, logits, noise, noiseStride: 1, end: NEVER, tokens: new Array<number>(rows).fill(-7), tokenStride: 1, active: Array.from({ length: rows }, (_, row) => row) };
  const { tokens, going } = raw.draw(one);
  expect(going).toEqual(one.active);
  return tokens;
}

const repeated = (logits: readonly number[], rows: number): Float32Array => Float32Array.from({ length: rows * logits.length }, (_, at) => logits[at % logits.length]!);

describeBuilds('drawing tokens', (raw) => {
  test.each([1, 0.7, 3])('at temperature %d the frequencies are those of the softmax', (temperature) => {
    for (const vocabulary of SIZES) {
      const logits = Array.from({ length: vocabulary }, () => Math.fround(2 * random.normal()));
      const count = 2000;
      // Evenly spread noise: frequencies are right to the token at each end of each interval.
      const tokens = drawAll(raw, repeated(logits, count), Array.from({ length: count }, (_, i) => (i + 0.5) / count), { vocabulary, temperature });
      logSoftmax(logits.map((logit) => logit / temperature), vocabulary).forEach((value, token) => {
        const frequency = tokens.filter((one) => one === token).length;
        expect(Math.abs(frequency - count * Math.exp(value)), `token ${token} of ${vocabulary}`).toBeLessThanOrEqual(1);
      });
    }
  });

  test.each([0, 0.5, 1])('at temperature %d the tokens are those of the plain sampler under the same noise', (temperature) => {
    for (const vocabulary of SIZES) {
      const rows = 257;
      const logits = Float32Array.from({ length: rows * vocabulary }, () => 4 * random.normal());
      const noise = Array.from({ length: rows }, () => random.uniform());
      const plain = noise.map((u, row) => drawToken(logits.subarray(row * vocabulary, (row + 1) * vocabulary), u, temperature));
      expect(drawAll(raw, logits, noise, { vocabulary, temperature }), `vocabulary ${vocabulary}`).toEqual(plain);
    }
  });

  test('never a token of no probability, whatever the noise', () => {
    const noise = [0, 2 ** -40, 0.5, 1 - 2 ** -24, LARGEST];
    for (const logits of [[-1e9, -1e9, 1, 2, -1e9], [0, -1e9, 0, -1e9], [-1e9, 5], [-100, 0, -100, -100, -1e9, -1e9, -1e9, -1e9, -1e9]]) {
      for (const temperature of [0, 0.1, 1]) {
        const drawn = drawAll(raw, repeated(logits, noise.length), noise, { vocabulary: logits.length, temperature });
        drawn.forEach((token) => expect(logits[token], `${logits.join(' ')} at ${temperature}`).toBeGreaterThan(-100));
      }
    }
  });

  test('temperature 0 takes the first of equally likely tokens', () => {
    expect(drawAll(raw, [0, 3, 1, 3, 3, -1, -1, -1, -1, 5], [0.9, 0.9], { vocabulary: 5, temperature: 0 })).toEqual([1, 4]);
  });

  test('rows that have ended are left alone, drawing the end token ends a row, strides are kept', () => {
    const likely = (token: number): number[] => [0, 1, 2, 3, 4].map((at) => (at === token ? 50 : 0));
    const { tokens, going } = raw.draw({
      logits: [3, 2, 1].flatMap(likely), vocabulary: 5, temperature: 1, end: 2,
      noise: [0.5, -1, 0.5, -1, 0.5, -1, 0.5, -1, 0.5], noiseStride: 2,
      tokens: new Array<number>(13).fill(9), tokenStride: 3,
      active: [0, 1, 4],
    });
    expect(tokens).toEqual([3, 9, 9, 2, 9, 9, 9, 9, 9, 9, 9, 9, 1]);
    expect(going).toEqual([0, 4]);
  });
});

describeBuilds('accuracy', (raw) => {
  test('the exponential is right to a millionth of its value from −87 to 0, and 0 further down', () => {
    const count = 20_000;
    const exponents = Float32Array.from({ length: count + 1 }, (_, i) => -87 * (i / count));
    // Against a 0 beside it, in a row of its own: divided by a larger sum the smallest ones would lose digits.
    for (const beside of [[], [-1e9, -1e9]]) {
      const rows = Array.from(exponents, (x) => [0, x, ...beside]);
      const { probabilities } = raw.logProbability(rows.flat(), rows.map(() => 1));
      expectRelative(rows.map(({ length }, row) => probabilities[row * length + 1]! / probabilities[row * length]!), exponents.map(Math.exp), 1e-6);
    }
    expect([...raw.logProbability([0, -87.5, -88, -100, -1e4, -1e9, -Infinity], [0]).probabilities]).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });

  test('the logarithm is right to a millionth of its value', () => {
    for (let n = 2; n < 5000; n += n < 300 ? 1 : 97) {
      expectRelative(raw.logProbability(new Float32Array(n), [0]).values, [-Math.log(n)], 1e-6, `ln ${n}`);
    }
    // Sums between 1 and 2, where the logarithm itself comes near zero: as a share of 1.
    for (let x = -16; x <= 0; x += 1 / 64) {
      const [value] = raw.logProbability([0, x], [0]).values;
      expect(Math.abs(value! + Math.log1p(Math.exp(x)))).toBeLessThan(2e-7);
    }
  });
});

/**
 * Our WebAssembly kernels on a guarded heap of the tests' own, arrays in and arrays out: the one place of the tests that knows how
 * raw kernels are called. Every answer is read after all guard words were checked.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';
import { loadKernels, RELAXED_VARIABLE, type Kernels } from '../../../../src/training/backend/kernels';
import { messageOf } from '../../../../src/training/backend/start';
import { GuardedHeap, type Block } from './guardedHeap';
import type { AttentionSizes } from './reference/attention';
import type { EmbeddingIndices, EmbeddingTables } from './reference/layers';
import type { Sizes, Strided } from './reference/matrix';
import type { NormWeights } from './reference/norm';

type Floats = ArrayLike<number>;

const FOLDER = path.resolve(import.meta.dirname, '../../../../dist');
const BUILDS = [
  { build: 'relaxed', file: 'kernels-relaxed.wasm', variable: undefined, name: 'own, relaxed SIMD' },
  { build: 'portable', file: 'kernels.wasm', variable: '0', name: 'own, SIMD' },
] as const;

/** The same tests for both builds; one that this engine refuses is skipped aloud. */
export function describeBuilds(what: string, tests: (raw: RawKernels) => void): void {
  for (const build of BUILDS) {
    const title = `${what}, ${build.build} build`;
    const raw = load(build);
    if (typeof raw !== 'string') {
      describe(title, () => tests(raw));
      continue;
    }
    console.warn(`Skipped: ${title}: ${raw}`);
    describe.skip(`${title}: ${raw}`, () => tests(undefined as never));
  }
}

/** @returns why the build cannot be used here, where it cannot */
function load({ file, variable, name }: (typeof BUILDS)[number]): RawKernels | string {
  const before = process.env[RELAXED_VARIABLE];
  const heap = new GuardedHeap();
  try {
    if (variable === undefined) delete process.env[RELAXED_VARIABLE];
    else process.env[RELAXED_VARIABLE] = variable;
    const loaded = loadKernels(FOLDER, heap.memory);
    return loaded.name === name ? new RawKernels(loaded.kernels, heap) : refusal(file);
  } finally {
    if (before === undefined) delete process.env[RELAXED_VARIABLE];
    else process.env[RELAXED_VARIABLE] = before;
  }
}

function refusal(file: string): string {
  try {
    new WebAssembly.Module(readFileSync(path.join(FOLDER, file)));
    throw new Error(`${file} can be used here, yet another build was loaded`);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return `this engine refuses ${file}: ${messageOf(error)}`;
    throw error;
  }
}

const up4 = (count: number): number => 4 * Math.ceil(count / 4);
/** Elementwise kernels may round lengths up to four floats, and no further. */
const roomFor = (count: number): number => up4(count) - count;

export interface ProductCase extends Sizes {
  readonly a: Strided;
  readonly b: Strided;
  /** From one row of c to the next one; what lies between must stay. */
  readonly stride: number;
  /** A bias [columns], or what is accumulated to, laid out as c. */
  readonly start?: { readonly values: Floats; readonly kind: 'bias' | 'accumulate' };
}

export interface CacheSizes extends Pick<AttentionSizes, 'rows' | 'heads' | 'depth'> {
  readonly capacity: number;
}

export interface DrawCase {
  readonly logits: Floats;
  readonly vocabulary: number;
  /** A row's noise, `noiseStride` apart. */
  readonly noise: Floats;
  readonly noiseStride: number;
  readonly temperature: number;
  readonly end: number;
  /** Tokens before the call, `tokenStride` apart. */
  readonly tokens: readonly number[];
  readonly tokenStride: number;
  /** Rows that go on, whose logits come in this order. */
  readonly active: readonly number[];
}

export interface AdamCase {
  readonly w: Floats;
  readonly g: Floats;
  readonly m: Floats;
  readonly v: Floats;
  /** scale, beta1, beta2, rate, epsilon and decay, as the kernel wants them. */
  readonly settings: readonly [number, number, number, number, number, number];
}

export class RawKernels {
  constructor(private readonly kernels: Kernels, private readonly heap: GuardedHeap) {}

  /** Rows of c, `stride` floats apart, as they lie. */
  product({ a, b, rows, inner, columns, stride, start }: ProductCase): Float32Array {
    const { kernels: k, heap } = this.fresh();
    const packed = heap.output(k.packedBytes(inner, columns) / 4);
    const c = heap.inout(start?.kind === 'accumulate' ? start.values : new Float32Array((rows - 1) * stride + columns).fill(0.625));
    const from = { accumulate: () => c.pointer, bias: () => heap.input(start!.values), none: () => 0 }[start?.kind ?? 'none']();
    k.packRight(heap.input(b.values), b.rowStride, b.columnStride, inner, columns, packed.pointer);
    k.multiply(heap.input(a.values), a.rowStride, a.columnStride, packed.pointer, rows, columns, inner, c.pointer, stride, from, start?.kind === 'accumulate' ? stride : 0);
    return heap.checked(c);
  }

  transpose(x: Floats, rows: number, columns: number): Float32Array {
    const { kernels, heap } = this.fresh();
    const out = heap.output(rows * columns);
    kernels.transpose(heap.input(x), rows, columns, out.pointer);
    return heap.checked(out);
  }

  /** x [ids, size] → [segments, size]. */
  segmentSum(x: Floats, ids: readonly number[], size: number, segments: number): Float32Array {
    const { kernels, heap } = this.fresh();
    const out = heap.output(segments * size);
    kernels.segmentSum(heap.input(x), heap.integers(ids), ids.length, size, segments, out.pointer);
    return heap.checked(out);
  }

  relu(x: Floats): Float32Array {
    return this.inPlace(x, (at) => this.kernels.relu(at, x.length));
  }

  /** In place of dy, as training calls it. */
  reluBackward(dy: Floats, y: Floats): Float32Array {
    return this.inPlace(dy, (at) => this.kernels.reluBackward(at, this.rounded(y), y.length, at));
  }

  gelu(x: Floats): { readonly y: Float32Array; readonly slope: Float32Array } {
    const { kernels, heap } = this.fresh();
    const [y, slope] = [heap.inout(x, roomFor(x.length)), heap.output(x.length, roomFor(x.length))];
    kernels.gelu(y.pointer, x.length, slope.pointer);
    return { y: heap.checked(y), slope: heap.checked(slope) };
  }

  /** Without its slope. */
  geluAlone(x: Floats): Float32Array {
    return this.inPlace(x, (at) => this.kernels.gelu(at, x.length, 0));
  }

  scaleBy(dy: Floats, slope: Floats): Float32Array {
    return this.inPlace(dy, (at) => this.kernels.scaleBy(at, this.rounded(slope), dy.length, at));
  }

  addBias(x: Floats, bias: Floats): Float32Array {
    const { kernels, heap } = this.fresh();
    const y = heap.inout(x);
    kernels.addBias(y.pointer, heap.input(bias), x.length / bias.length, bias.length);
    return heap.checked(y);
  }

  /** sums + the columns of x. */
  columnSums(x: Floats, sums: Floats): Float32Array {
    const { kernels, heap } = this.fresh();
    const out = heap.inout(sums);
    kernels.columnSums(heap.input(x), x.length / sums.length, sums.length, out.pointer);
    return heap.checked(out);
  }

  lastPositions(x: Floats, rows: number, { length, keep, width }: Readonly<Record<'length' | 'keep' | 'width', number>>): Float32Array {
    const { kernels, heap } = this.fresh();
    const out = heap.output(rows * keep * width);
    kernels.lastPositions(heap.input(x), rows, length, keep, width, out.pointer);
    return heap.checked(out);
  }

  lastPositionsBackward(dy: Floats, rows: number, { length, keep, width }: Readonly<Record<'length' | 'keep' | 'width', number>>): Float32Array {
    const { kernels, heap } = this.fresh();
    const out = heap.output(rows * length * width);
    kernels.lastPositionsBackward(heap.input(dy), rows, length, keep, width, out.pointer);
    return heap.checked(out);
  }

  zero(count: number): Float32Array {
    const { kernels, heap } = this.fresh();
    const out = heap.output(count);
    kernels.zero(out.pointer, count);
    return heap.checked(out);
  }

  embed({ token, position, match }: EmbeddingTables, { tokens, matches, rows, length, first }: EmbeddingIndices, width: number): Float32Array {
    const { kernels, heap } = this.fresh();
    const x = heap.output(rows * length * width);
    const [ids, matched] = [heap.integers(tokens), matches ? heap.integers(matches) : 0];
    kernels.embed(ids, matched, heap.input(token), heap.input(position), match ? heap.input(match) : 0, rows, length, first, width, x.pointer);
    return heap.checked(x);
  }

  /** Adds to the tables of gradients it is given, for rows that begin at position 0 and lie side by side. */
  embedBackward(dx: Floats, { tokens, matches, rows, length }: EmbeddingIndices, gradients: EmbeddingTables, width: number): Record<'token' | 'position' | 'match', Float32Array> {
    const { kernels, heap } = this.fresh();
    const [token, position, match] = [heap.inout(gradients.token), heap.inout(gradients.position), heap.inout(gradients.match ?? [])];
    const [ids, matched] = [heap.integers(tokens), matches ? heap.integers(matches) : 0];
    kernels.embedBackward(heap.input(dx), ids, matched, token.pointer, position.pointer, gradients.match ? match.pointer : 0, rows, length, width);
    return { token: heap.checked(token), position: heap.checked(position), match: heap.checked(match) };
  }

  logProbability(logits: Floats, targets: readonly number[]): { readonly values: Float32Array; readonly probabilities: Float32Array } {
    const { kernels, heap } = this.fresh();
    const [values, probabilities] = [heap.output(targets.length), heap.output(logits.length)];
    kernels.logProbabilityForward(heap.input(logits), heap.integers(targets), targets.length, logits.length / targets.length, values.pointer, probabilities.pointer);
    return { values: heap.checked(values), probabilities: heap.checked(probabilities) };
  }

  logProbabilityBackward(dy: Floats, probabilities: Floats, targets: readonly number[]): Float32Array {
    const { kernels, heap } = this.fresh();
    const out = heap.output(probabilities.length);
    kernels.logProbabilityBackward(heap.input(dy), heap.input(probabilities), heap.integers(targets), targets.length, probabilities.length / targets.length, out.pointer);
    return heap.checked(out);
  }

  norm(x: Floats, { gain, bias }: NormWeights, epsilon: number): { readonly y: Float32Array; readonly moments: Float32Array } {
    const { kernels, heap } = this.fresh();
    const rows = x.length / gain.length;
    const [y, moments] = [heap.output(x.length), heap.output(2 * rows)];
    kernels.normForward(heap.input(x), heap.input(gain), bias ? heap.input(bias) : 0, rows, gain.length, epsilon, y.pointer, moments.pointer);
    return { y: heap.checked(y), moments: heap.checked(moments) };
  }

  /** Adds to `sums`: gradients that are there already. */
  normBackward(dy: Floats, x: Floats, gain: Floats, moments: Floats, sums: { readonly dx: Floats; readonly dgain: Floats; readonly dbias?: Floats }): Record<'dx' | 'dgain' | 'dbias', Float32Array> {
    const { kernels, heap } = this.fresh();
    const [dx, dgain, dbias] = [heap.inout(sums.dx), heap.inout(sums.dgain), heap.inout(sums.dbias ?? [])];
    kernels.normBackward(heap.input(dy), heap.input(x), heap.input(gain), heap.input(moments), x.length / gain.length, gain.length, dx.pointer, dgain.pointer, sums.dbias ? dbias.pointer : 0);
    return { dx: heap.checked(dx), dgain: heap.checked(dgain), dbias: heap.checked(dbias) };
  }

  /** `probabilities` as they lie, for the gradient. */
  attention(qkv: Floats, { rows, keys, queries, heads, depth }: AttentionSizes): { readonly y: Float32Array; readonly probabilities: Float32Array } {
    const { kernels, heap } = this.fresh();
    const [y, probabilities] = [heap.output(rows * queries * heads * depth), heap.output(rows * heads * queries * kernels.probabilityStride(keys))];
    const scratch = heap.output(kernels.attentionScratch(keys, depth) / 4);
    kernels.attentionForward(heap.input(qkv), rows, keys, queries, heads, depth, y.pointer, probabilities.pointer, scratch.pointer);
    return { y: heap.checked(y), probabilities: heap.checked(probabilities) };
  }

  attentionBackward(dy: Floats, qkv: Floats, probabilities: Floats, { rows, keys, queries, heads, depth }: AttentionSizes): Float32Array {
    const { kernels, heap } = this.fresh();
    const dqkv = heap.output(qkv.length);
    const scratch = heap.output(kernels.attentionScratch(keys, depth) / 4);
    kernels.attentionBackward(heap.input(dy), heap.input(qkv), heap.input(probabilities), rows, keys, queries, heads, depth, dqkv.pointer, scratch.pointer);
    return heap.checked(dqkv);
  }

  /** An empty cache, asked again and again: each call appends `count` positions a row and answers for the last `asking` of them. Rows lie in it from the last to the first. */
  cache({ rows, heads, depth, capacity }: CacheSizes): (qkv: Floats, count: number, asking: number) => Float32Array {
    const { kernels } = this;
    const width = heads * depth;
    let kept: Float32Array = new Float32Array(rows * heads * kernels.cacheBlock(capacity, depth));
    let first = 0;
    return (qkv, count, asking) => {
      const { heap } = this.fresh();
      const cache = heap.inout(kept);
      const y = heap.output(rows * asking * width);
      const scratch = heap.output(capacity + up4(depth));
      kernels.cachedAttention(heap.input(qkv), cache.pointer, heap.integers(Array.from({ length: rows }, (_, row) => rows - 1 - row)), rows, heads, depth, capacity, first, count, asking, y.pointer, scratch.pointer);
      kept = heap.checked(cache);
      first += count;
      return heap.checked(y);
    };
  }

  /** @returns all tokens, and the rows that go on */
  draw(draw: DrawCase): { readonly tokens: number[]; readonly going: number[] } {
    const { kernels, heap } = this.fresh();
    const noise = heap.doubles(draw.noise);
    const tokens = heap.inout(new Float32Array(Int32Array.from(draw.tokens).buffer));
    const active = heap.inout(new Float32Array(Int32Array.from(draw.active).buffer));
    const scratch = heap.output(draw.vocabulary);
    const going = kernels.drawTokens(heap.input(draw.logits), active.pointer, draw.active.length, draw.vocabulary, noise, draw.noiseStride, draw.temperature, draw.end, tokens.pointer, draw.tokenStride, scratch.pointer);
    return { tokens: [...heap.checkedIntegers(tokens)], going: [...heap.checkedIntegers(active)].slice(0, going) };
  }

  gather(from: Floats, index: readonly number[], stride: number, width: number): Float32Array {
    const { kernels, heap } = this.fresh();
    const to = heap.output(index.length * width);
    kernels.gatherRows(heap.input(from), heap.integers(index), index.length, stride, width, to.pointer);
    return heap.checked(to);
  }

  scatter(from: Floats, index: readonly number[], stride: number, into: Floats): Float32Array {
    const { kernels, heap } = this.fresh();
    const to = heap.inout(into);
    kernels.scatterRows(heap.input(from), heap.integers(index), index.length, stride, from.length / index.length, to.pointer);
    return heap.checked(to);
  }

  adam({ w, g, m, v, settings }: AdamCase): Record<'w' | 'm' | 'v', Float32Array> {
    const { kernels, heap } = this.fresh();
    const [wOut, mOut, vOut] = [heap.output(w.length), heap.output(w.length), heap.output(w.length)];
    kernels.adam(heap.input(w), heap.input(g), heap.input(m), heap.input(v), w.length, ...settings, wOut.pointer, mOut.pointer, vOut.pointer);
    return { w: heap.checked(wOut), m: heap.checked(mOut), v: heap.checked(vOut) };
  }

  sumOfSquares(x: Floats): number {
    const { kernels, heap } = this.fresh();
    const answer = kernels.sumOfSquares(heap.input(x), x.length);
    heap.checked(heap.output(0));
    return answer;
  }

  private fresh(): { readonly kernels: Kernels; readonly heap: GuardedHeap } {
    this.heap.clear();
    return { kernels: this.kernels, heap: this.heap };
  }

  private inPlace(x: Floats, run: (at: number) => void): Float32Array {
    const { heap } = this.fresh();
    const block: Block = heap.inout(x, roomFor(x.length));
    run(block.pointer);
    return heap.checked(block);
  }

  /** An input that may be read up to four floats. */
  private rounded(values: Floats): number {
    return this.heap.input([...Array.from(values), ...new Array<number>(roomFor(values.length)).fill(0.5)]);
  }
}

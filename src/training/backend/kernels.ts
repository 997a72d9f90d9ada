/** Our WebAssembly kernels (assembly/), instantiated on the heap of TensorFlow.js' wasm backend: tensors are used where they lie. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import type { Pointer } from './heap';

/** As exported by assembly/index.ts, where each function says what it does; all arguments are pointers, counts and strides in floats. */
export interface Kernels {
  adam(w: Pointer, g: Pointer, m: Pointer, v: Pointer, count: number, scale: number, beta1: number, beta2: number, rate: number, epsilon: number, decay: number, wOut: Pointer, mOut: Pointer, vOut: Pointer): void;
  sumOfSquares(x: Pointer, count: number): number;
  segmentSum(x: Pointer, ids: Pointer, count: number, size: number, segments: number, out: Pointer): void;
  transpose(x: Pointer, rows: number, columns: number, out: Pointer): void;
  attentionScratch(keys: number, depth: number): number;
  probabilityStride(keys: number): number;
  attentionForward(qkv: Pointer, rows: number, keys: number, queries: number, heads: number, depth: number, y: Pointer, probabilities: Pointer, scratch: Pointer): void;
  attentionBackward(dy: Pointer, qkv: Pointer, probabilities: Pointer, rows: number, keys: number, queries: number, heads: number, depth: number, dqkv: Pointer, scratch: Pointer): void;
  cacheBlock(capacity: number, depth: number): number;
  cachedAttention(qkv: Pointer, cache: Pointer, index: Pointer, rows: number, heads: number, depth: number, capacity: number, first: number, count: number, asking: number, y: Pointer, scratch: Pointer): void;
  drawTokens(logits: Pointer, active: Pointer, count: number, vocabulary: number, noise: Pointer, noiseStride: number, temperature: number, end: number, tokens: Pointer, tokenStride: number, scratch: Pointer): number;
  addBias(x: Pointer, bias: Pointer, rows: number, width: number): void;
  columnSums(x: Pointer, rows: number, width: number, sums: Pointer): void;
  relu(x: Pointer, count: number): void;
  reluBackward(dy: Pointer, y: Pointer, count: number, dz: Pointer): void;
  gelu(x: Pointer, count: number, slope: Pointer): void;
  scaleBy(dy: Pointer, slope: Pointer, count: number, dz: Pointer): void;
  lastPositions(from: Pointer, rows: number, length: number, keep: number, width: number, to: Pointer): void;
  lastPositionsBackward(from: Pointer, rows: number, length: number, keep: number, width: number, to: Pointer): void;
  zero(p: Pointer, count: number): void;
  embed(tokens: Pointer, matches: Pointer, token: Pointer, position: Pointer, match: Pointer, rows: number, length: number, first: number, width: number, x: Pointer): void;
  embedBackward(dx: Pointer, tokens: Pointer, matches: Pointer, token: Pointer, position: Pointer, match: Pointer, rows: number, length: number, width: number): void;
  logProbabilityForward(logits: Pointer, targets: Pointer, rows: number, vocabulary: number, values: Pointer, probabilities: Pointer): void;
  logProbabilityBackward(dy: Pointer, probabilities: Pointer, targets: Pointer, rows: number, vocabulary: number, dlogits: Pointer): void;
  packedBytes(inner: number, columns: number): number;
  packRight(b: Pointer, innerStride: number, columnStride: number, inner: number, columns: number, packed: Pointer): void;
  multiply(a: Pointer, rowStride: number, innerStride: number, packed: Pointer, rows: number, columns: number, inner: number, c: Pointer, cStride: number, start: Pointer, startStride: number): void;
  gatherRows(from: Pointer, index: Pointer, count: number, stride: number, width: number, to: Pointer): void;
  scatterRows(from: Pointer, index: Pointer, count: number, stride: number, width: number, to: Pointer): void;
  normForward(x: Pointer, gain: Pointer, bias: Pointer, rows: number, width: number, epsilon: number, y: Pointer, moments: Pointer): void;
  normBackward(dy: Pointer, x: Pointer, gain: Pointer, moments: Pointer, rows: number, width: number, dx: Pointer, dgain: Pointer, dbias: Pointer): void;
}

export interface LoadedKernels {
  readonly kernels: Kernels;
  /** Which build, for the run's manifest: the two round differently. */
  readonly name: string;
}

/** Set to 0 for the build that rounds alike on every processor; relaxed SIMD rounds once or twice as the processor has it. */
export const RELAXED_VARIABLE = 'ALIGNMENT_GAP_RELAXED_SIMD';

const BUILDS = [
  { file: 'kernels-relaxed.wasm', name: 'own, relaxed SIMD', relaxed: true },
  { file: 'kernels.wasm', name: 'own, SIMD', relaxed: false },
] as const;

/** @throws Error when no build can be used, naming why */
export function loadKernels(folder: string, memory: WebAssembly.Memory): LoadedKernels {
  const portable = process.env[RELAXED_VARIABLE] === '0';
  const reasons: string[] = [];
  for (const { file, name, relaxed } of BUILDS) {
    if (relaxed && portable) continue;
    try {
      if (relaxed) allowRelaxedSimd();
      const module = new WebAssembly.Module(readFileSync(path.join(folder, file)));
      return { kernels: new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels, name };
    } catch (error) {
      reasons.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

/**
 * Node.js 20 has relaxed SIMD behind a flag (its V8 is one release short of the default); later ones ignore the flag. An engine
 * without it refuses the module, and the other build is taken.
 */
function allowRelaxedSimd(): void {
  if (Number(process.versions.node.split('.')[0]) < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
}

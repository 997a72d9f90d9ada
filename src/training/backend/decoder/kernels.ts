/** The decoder as kernels of TensorFlow.js: hidden states, their gradient, and sampling. */
import { KernelCall, sizeOf } from '../kernelCall';
import type { tf } from '../tensorflow';
import { decoderBackward } from './backward';
import { decoderForward, tapeFloats, type DecoderCall } from './forward';
import { packBackward, packForward } from './packed';
import { decoderPointers } from './pointers';
import { sampleRows } from './sample';
import type { DecoderSizes } from './sizes';

export interface DecoderAttributes {
  readonly sizes: DecoderSizes;
}

export interface ForwardAttributes extends DecoderAttributes {
  /** Whether the tape is needed, i.e. a gradient will be asked for. */
  readonly keep: boolean;
}

export interface BackwardAttributes extends DecoderAttributes {
  /** The weights whose gradients are wanted, in the order of the outputs. */
  readonly names: readonly string[];
}

export interface SampleAttributes extends DecoderAttributes {
  readonly promptLength: number;
  /** [rows, response length]. */
  readonly noise: Float64Array;
  readonly temperature: number;
  readonly end: number;
}

/** Inputs: the weights by name, tokens, matches → hidden [rows·outputs, width] and, where kept, the tape. */
export function decoder(call: KernelCall): tf.TensorInfo[] {
  const { sizes, keep } = call.attribute<ForwardAttributes>();
  const hidden = call.make([sizes.rows * sizes.outputs, sizes.width]);
  const tape = keep ? [call.make([tapeFloats(call.kernels, sizes)])] : [];
  const forward = callOf(call, sizes);
  const packed = packForward(call.kernels, call.arena, forward.pointers, sizes);
  decoderForward({ ...forward, packed }, call.pointerTo(hidden), tape[0] ? call.pointerTo(tape[0]) : 0);
  return [hidden, ...tape];
}

/** Inputs: as `decoder`, dy and the tape → the gradients of the named weights. */
export function decoderGradient(call: KernelCall): tf.TensorInfo[] {
  const { sizes, names } = call.attribute<BackwardAttributes>();
  const gradients = names.map((name) => call.make(call.input(name).shape));
  const places = new Map(names.map((name, i) => [name, call.pointerTo(gradients[i] as tf.TensorInfo)]));
  gradients.forEach((gradient) => call.kernels.zero(call.pointerTo(gradient), sizeOf(gradient)));
  const backward = callOf(call, sizes);
  const packed = packBackward(call.kernels, call.arena, backward.pointers, sizes);
  decoderBackward({ ...backward, packed }, call.pointer('dy'), call.pointer('tape'), decoderPointers((name) => places.get(name) ?? 0, sizes.layers));
  return gradients;
}

/** Inputs: the weights by name, the unembedding, its bias and the rows with empty responses → the rows with responses, int32. */
export function sampleResponses(call: KernelCall): tf.TensorInfo[] {
  const { sizes, promptLength, noise, temperature, end } = call.attribute<SampleAttributes>();
  const prompts = call.input('tokens');
  const rows = call.make(prompts.shape, 'int32');
  const uniforms = call.arena.take(8 * noise.length);
  const base = callOf(call, sizes);
  const packed = packForward(call.kernels, call.arena, base.pointers, sizes);
  call.heap.integers(rows).set(call.heap.integers(prompts));
  new Float64Array(call.heap.memory.buffer, uniforms, noise.length).set(noise);
  sampleRows({
    ...base, packed, promptLength, temperature, end,
    tokens: call.pointerTo(rows), noise: uniforms,
    unembedding: call.pointer('unembedding'), logitBias: call.pointer('logitBias'),
  });
  return [rows];
}

const callOf = (call: KernelCall, sizes: DecoderSizes): Omit<DecoderCall, 'packed'> => ({
  kernels: call.kernels,
  arena: call.arena,
  sizes,
  pointers: decoderPointers((name) => call.pointer(name), sizes.layers),
  tokens: call.pointer('tokens'),
  matches: call.pointer('matches'),
});

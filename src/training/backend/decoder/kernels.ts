/** The decoder as kernels of TensorFlow.js: hidden states, their gradient, and sampling. */
import type { KernelCall} from '../kernelCall';
import { sizeOf } from '../kernelCall';
import type { tf } from '../tensorflow';
import { decoderBackward } from './backward';
import { decoderForward, type DecoderCall } from './forward';
import { packBackward, packForward } from './packed';
import { decoderPointers } from './pointers';
import { sampleRows } from './sample';
import type { DecoderSizes } from './sizes';
import { planParts, type Plan } from './tape';

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

/** Inputs: the weights by name, tokens, matches, lengths → hidden [rows·outputs, width] and, where kept, the tape. */
export function decoder(call: KernelCall): tf.TensorInfo[] {
  const { sizes, keep } = call.attribute<ForwardAttributes>();
  const plan = planOf(call, sizes);
  const hidden = call.make([sizes.rows * sizes.outputs, sizes.width]);
  const tape = keep ? [call.make([plan.bytes / 4])] : [];
  const forward = callOf(call, sizes, plan);
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
  const backward = callOf(call, sizes, planOf(call, sizes));
  const packed = packBackward(call.kernels, call.arena, backward.pointers, sizes);
  decoderBackward({ ...backward, packed }, call.pointer('dy'), call.pointer('tape'), decoderPointers((name) => places.get(name) ?? 0, sizes.layers));
  return gradients;
}

/** Inputs: the weights by name, the unembedding, its bias and the rows with empty responses → the rows with responses, int32. */
export function sampleResponses(call: KernelCall): tf.TensorInfo[] {
  const { sizes, promptLength, noise, temperature, end } = call.attribute<SampleAttributes>();
  const { kernels, arena, heap } = call;
  const prompts = call.input('tokens');
  const rows = call.make(prompts.shape, 'int32');
  const uniforms = arena.take(8 * noise.length);
  const pointers = decoderPointers((name) => call.pointer(name), sizes.layers);
  const packed = packForward(kernels, arena, pointers, sizes);
  heap.integers(rows).set(heap.integers(prompts));
  new Float64Array(heap.memory.buffer, uniforms, noise.length).set(noise);
  sampleRows({
    kernels, arena, heap, sizes, pointers, packed, promptLength, temperature, end,
    tokens: call.pointerTo(rows), noise: uniforms,
    unembedding: call.pointer('unembedding'), logitBias: call.pointer('logitBias'),
  });
  return [rows];
}

function planOf(call: KernelCall, sizes: DecoderSizes): Plan {
  const lengths = call.optional('lengths');
  return planParts(call.kernels, sizes, lengths && call.heap.integers(lengths));
}

function callOf(call: KernelCall, sizes: DecoderSizes, plan: Plan): Omit<DecoderCall, 'packed'> {
  const { kernels, arena, heap } = call;
  const order = arena.floats(sizes.rows);
  new Int32Array(heap.memory.buffer, order, sizes.rows).set(plan.order);
  return { kernels, arena, sizes, plan, order, pointers: decoderPointers((name) => call.pointer(name), sizes.layers), tokens: call.pointer('tokens'), matches: call.pointer('matches') };
}

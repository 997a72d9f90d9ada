/** A loss program, recorded as one ONNX graph: forward pass, gradients and, for training, the optimiser. */
import { tf } from '../../backend/tensorflow';
import type { AdamSettings } from '../../optimiser/adam';
import type { Feeds, FeedTensors, LossProgram } from '../../optimiser/program';
import { weightsToBuffers, type TransformerWeights, type WeightBuffers } from '../../policy/weights';
import type { Graph } from '../model/graph';
import type { RecorderBackend } from '../recorder/backend';
import { recording, tensorNamed } from '../recorder/recording';
import { adamNodes, SCHEDULE } from './adam';

export interface FlatWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
}

export interface RecordedProgram {
  readonly model: Uint8Array;
  /** What the loss depends on, in the order in which it lies in the flat vectors. */
  readonly trained: readonly FlatWeight[];
  /** What stands in the output `scalars`: `loss`, `norm`, then what was observed. */
  readonly scalars: readonly string[];
}

/** Inputs `parameters`, `first`, `second` [size], `schedule` and the feeds; outputs `scalars` and the new state, as `outputs` says. */
export interface RecordedStep extends RecordedProgram {
  readonly outputs: { readonly scalars: string; readonly parameters: string; readonly first: string; readonly second: string };
}

/** Inputs `parameters` and the feeds. */
export interface RecordedGradients extends RecordedProgram {
  readonly outputs: { readonly scalars: string; readonly gradient: string };
}

export const feedName = (name: string): string => `feed ${name}`;
const weightName = (name: string): string => `weight ${name}`;

export async function recordStep(program: LossProgram, weights: TransformerWeights, feeds: Feeds, settings: AdamSettings): Promise<RecordedStep> {
  const values = valuesOf(program, weights);
  return recording((graph, recorder) => {
    const { trained, gradient, observed, loss } = lossNodes(recorder, program, values, feeds);
    const size = [sizeOfAll(trained)];
    const state = { parameters: 'parameters', first: graph.input('first', 'float32', size), second: graph.input('second', 'float32', size) };
    graph.input(SCHEDULE.name, 'float32', SCHEDULE.shape);
    const { norm, ...next } = adamNodes(graph, state, gradient, settings);
    const scalars = [['loss', loss], ['norm', norm], ...observed] as const;
    const packed = graph.one('Concat', scalars.map(([, name]) => graph.one('Reshape', [name, graph.integers([1])])), { attributes: { axis: 0 } });
    graph.output(packed, 'float32', [scalars.length]);
    for (const name of Object.values(next)) graph.output(name, 'float32', size);
    return { model: graph.build(), trained, scalars: scalars.map(([name]) => name), outputs: { scalars: packed, ...next } };
  });
}

/** Without the optimiser, for the self-test. */
export async function recordGradients(program: LossProgram, weights: TransformerWeights, feeds: Feeds): Promise<RecordedGradients> {
  const values = valuesOf(program, weights);
  return recording((graph, recorder) => {
    const { trained, gradient, loss } = lossNodes(recorder, program, values, feeds);
    const scalars = graph.one('Reshape', [loss, graph.integers([1])]);
    graph.output(scalars, 'float32', [1]);
    graph.output(gradient, 'float32', [sizeOfAll(trained)]);
    return { model: graph.build(), trained, scalars: ['loss'], outputs: { scalars, gradient } };
  });
}

interface Values {
  readonly weights: WeightBuffers;
  readonly frozen: WeightBuffers;
  readonly shapes: Readonly<Record<string, number[]>>;
}

/** Read before recording begins: tensors of the backend in use are out of reach then. */
function valuesOf({ frozen = {} }: LossProgram, weights: TransformerWeights): Values {
  const shapes = Object.entries({ ...frozen, ...weights }).map(([name, weight]) => [name, weight.shape] as const);
  return { weights: weightsToBuffers(weights), frozen: weightsToBuffers(frozen), shapes: Object.fromEntries(shapes) };
}

interface LossNodes {
  readonly loss: string;
  readonly trained: readonly FlatWeight[];
  /** Flat, in the order of `trained`. */
  readonly gradient: string;
  readonly observed: readonly (readonly [string, string])[];
}

function lossNodes(recorder: RecorderBackend, program: LossProgram, values: Values, feeds: Feeds): LossNodes {
  const { graph } = recorder;
  const variables = (from: WeightBuffers, named: (name: string) => string): TransformerWeights =>
    Object.fromEntries(Object.keys(from).map((name) => [name, tf.variable(tensorNamed(recorder, named(name), values.shapes[name] ?? []))]));
  const weights = variables(values.weights, weightName);
  const frozen = variables(values.frozen, (name) => graph.constant(values.frozen[name] ?? new Float32Array(), values.shapes[name] ?? []));
  try {
    const observed: [string, string][] = [];
    const context = { frozen, observe: (name: string, value: tf.Scalar) => void observed.push([name, recorder.nameOf(value)]) };
    const tensors = feedTensors(recorder, feeds);
    const { value, grads } = tf.variableGrads(() => program.loss(weights, tensors, context), Object.values(weights));
    const gradients = Object.entries(weights).flatMap(([name, weight]) => {
      const gradient = grads[weight.name];
      return gradient ? [{ name, shape: weight.shape, size: weight.size, gradient: recorder.nameOf(gradient) }] : [];
    });
    defineWeights(graph, gradients, values);
    return { loss: recorder.nameOf(value), trained: gradients, gradient: flat(graph, gradients), observed };
  } finally {
    tf.dispose([...Object.values(weights), ...Object.values(frozen)]);
  }
}

const feedTensors = (recorder: RecorderBackend, feeds: Feeds): FeedTensors =>
  Object.fromEntries(Object.entries(feeds).map(([name, { dtype, shape }]) => [name, tensorNamed(recorder, recorder.graph.input(feedName(name), dtype, shape), shape, dtype)]));

const flat = (graph: Graph, gradients: readonly (FlatWeight & { readonly gradient: string })[]): string =>
  graph.one('Concat', gradients.map(({ gradient, size, shape }) => (shape.length === 1 ? gradient : graph.one('Reshape', [gradient, graph.integers([size])]))), { attributes: { axis: 0 } });

const sizeOfAll = (weights: readonly FlatWeight[]): number => weights.reduce((sum, { size }) => sum + size, 0);

/** The weights of the loss come out of one flat vector; those that it does not depend on keep their values. */
function defineWeights(graph: Graph, trained: readonly FlatWeight[], { weights, shapes }: Values): void {
  graph.input('parameters', 'float32', [sizeOfAll(trained)]);
  const parts = graph.many('Split', ['parameters', graph.integers(trained.map(({ size }) => size))], trained.length, { attributes: { axis: 0 } });
  trained.forEach(({ name, shape }, i) => { graph.define(weightName(name), 'Reshape', [parts[i] ?? '', graph.integers(shape)]); });
  const untrained = Object.entries(weights).filter(([name]) => !trained.some((weight) => weight.name === name));
  for (const [name, values] of untrained) graph.define(weightName(name), 'Identity', [graph.constant(values, shapes[name] ?? [])]);
}

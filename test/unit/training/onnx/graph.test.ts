/** The graph builder and the bytes it writes, read back; no runtime needed. */
import Pbf from 'pbf';
import { expect, test } from 'vitest';
import { startBackend } from '../../../../src/training/backend/start';
import { tf } from '../../../../src/training/backend/tensorflow';
import { Graph } from '../../../../src/training/onnx/model/graph';
import { recordStep } from '../../../../src/training/onnx/step/record';
import { ADAM_DEFAULTS } from '../../../../src/training/optimiser/adam';
import type { LossProgram } from '../../../../src/training/optimiser/program';
import { createWeights } from '../../../../src/training/policy/weights';
import { TINY, stream } from '../models';
import { PROBLEMS } from './support';

interface ReadNode { type: string; inputs: string[]; outputs: string[] }
interface ReadModel { nodes: ReadNode[]; constants: number; inputs: string[]; outputs: string[]; opset?: number }

const nameIn = (pbf: Pbf): string => pbf.readFields((tag, at: { name: string }, p) => { if (tag === 1) at.name = p.readString(); }, { name: '' }, pbf.readVarint() + pbf.pos).name;

function readNode(tag: number, node: ReadNode, pbf: Pbf): void {
  if (tag === 1) node.inputs.push(pbf.readString());
  else if (tag === 2) node.outputs.push(pbf.readString());
  else if (tag === 4) node.type = pbf.readString();
}

function readGraph(tag: number, model: ReadModel, pbf: Pbf): void {
  if (tag === 1) model.nodes.push(pbf.readMessage(readNode, { type: '', inputs: [], outputs: [] }));
  else if (tag === 5) model.constants += 1;
  else if (tag === 11) model.inputs.push(nameIn(pbf));
  else if (tag === 12) model.outputs.push(nameIn(pbf));
}

const read = (bytes: Uint8Array): ReadModel =>
  new Pbf(bytes).readFields((tag, model: ReadModel, pbf) => { if (tag === 7) pbf.readMessage(readGraph, model); }, { nodes: [], constants: 0, inputs: [], outputs: [] });

test('what is asked for twice is made once, what nobody reads is left out, and names come before they are read', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2]);
  const sum = graph.one('Add', ['late', graph.scalar(1)]);
  expect(graph.one('Add', ['late', graph.scalar(1)])).toBe(sum);
  expect(graph.one('Add', ['late', graph.scalar(2)])).not.toBe(sum);
  graph.one('Exp', [x]);
  graph.define('late', 'Neg', [x]);
  graph.output(sum, 'float32', [2]);
  const model = graph.build();
  expect(read(model).nodes).toHaveLength(2);
  expect(read(model)).toMatchObject({ nodes: [{ type: 'Neg', inputs: ['x'] }, { type: 'Add' }], constants: 1, inputs: ['x'], outputs: [sum] });
});

test('a step is recorded in topological order, reads every feed but the lengths, and leaves no tensor behind', async () => {
  await startBackend('wasm');
  const { program, feeds } = PROBLEMS['IPO with the reference in the step'](TINY, 4);
  const weights = createWeights(TINY, stream('weights'));
  const before = tf.memory().numTensors;
  const { model, trained } = await recordStep(program, weights, feeds, ADAM_DEFAULTS);
  expect([tf.getBackend(), tf.memory().numTensors]).toEqual(['wasm', before]);
  expect(trained.map(({ name }) => name)).toEqual(Object.keys(weights));
  const { nodes, inputs, outputs } = read(model);
  // A recorded step has fixed shapes: it computes what lies behind a response's end, and masks it.
  const { lengths, ...readFeeds } = feeds;
  expect(lengths).toBeDefined();
  expect(inputs.sort()).toEqual([...Object.keys(readFeeds).map((name) => `feed ${name}`), 'first', 'parameters', 'schedule', 'second'].sort());
  expect(outputs).toHaveLength(4);
  const made = new Set(inputs);
  for (const node of nodes) {
    for (const input of node.inputs) expect(made.has(input) || !input.includes(':') || input.startsWith('constant:'), `${node.type} reads ${input}`).toBe(true);
    node.outputs.forEach((name) => made.add(name));
  }
  expect((await recordStep(program, weights, feeds, ADAM_DEFAULTS)).model).toEqual(model);
});

test.each<{ name: string; loss: LossProgram['loss']; message: string }>([
  { name: 'reads a value', loss: (weights) => tf.scalar(tf.sum(weights.norm!).dataSync()[0]!), message: 'the loss must not read any' },
  { name: 'reads a tensor from outside', loss: (weights) => tf.sum(tf.mul(weights.norm!, OUTSIDE.tensor!)), message: 'pass them as weights, frozen weights or feeds' },
])('a loss that $name is refused, and the backend is as before', async ({ loss, message }) => {
  await startBackend('wasm');
  OUTSIDE.tensor = tf.tensor1d(new Float32Array(TINY.width));
  const weights = createWeights(TINY, stream('weights'));
  await expect(recordStep({ name: 'mistaken', loss }, weights, {}, ADAM_DEFAULTS)).rejects.toThrow(message);
  expect(tf.getBackend()).toBe('wasm');
});

const OUTSIDE: { tensor?: tf.Tensor1D } = {};

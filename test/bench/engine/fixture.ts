/** Weights and rows that every engine starts from, drawn from seeds; written to a folder for engines that are not ours. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { RandomStream } from '../../../src/core/random';
import { encodeSafetensors } from '../../../src/training/policy/safetensors';
import { weightSpecifications, type TransformerShape } from '../../../src/training/policy/shape';
import type { WeightBuffers } from '../../../src/training/policy/weights';
import { FIRST_FREE_TOKEN, SEPARATOR, concatRows, rowLength, type TokenRows } from '../../../src/training/rows';
import { summarisationTask } from '../../../src/training/tasks/summarisation/task';
import { BETA, JUDGE, LEARNING_RATE, ROWS, STUDY, STUDY_BATCH, STUDY_PAIRS, YARDSTICK, YARDSTICK_TEXT } from '../workloads';

export interface FixtureModel { readonly shape: TransformerShape; readonly weights: WeightBuffers }

export interface Fixture {
  readonly models: Readonly<Record<'yardstick' | 'yardstickReference' | 'study' | 'studyReference' | 'judge', FixtureModel>>;
  readonly rows: Readonly<Record<'text' | 'pairs' | 'prompts' | 'studyPairs', TokenRows>>;
}

export interface FixtureSizes {
  /** Of a language-model batch, an IPO batch and the smaller sampling; the larger sampling has four times as many. */
  readonly rows: number;
  /** That the offline arm draws from; at least a batch. */
  readonly studyPairs: number;
}

/** Half of the rows of `pairs` and of `studyPairs` are chosen responses, the other half the rejected ones in the same order. */
export async function createFixture(sizes: FixtureSizes = { rows: ROWS, studyPairs: STUDY_PAIRS }): Promise<Fixture> {
  // The study's own pairs: where responses end decides what a step has to compute.
  const { train } = await summarisationTask.data({ pairs: sizes.studyPairs, heldOutPairs: 1, pretrainingResponses: 1 }, RandomStream.of(1, 'study pairs'));
  return {
    models: {
      yardstick: model(YARDSTICK, 'yardstick'),
      yardstickReference: model(YARDSTICK, 'yardstick reference'),
      study: model(STUDY, 'study'),
      studyReference: model(STUDY, 'study reference'),
      judge: model(JUDGE, 'judge'),
    },
    rows: {
      text: randomRows(YARDSTICK_TEXT, sizes.rows, 'text'),
      pairs: randomRows(YARDSTICK, sizes.rows, 'pairs'),
      prompts: randomRows(YARDSTICK, 4 * sizes.rows, 'prompts'),
      studyPairs: concatRows(train.chosen, train.rejected),
    },
  };
}

/** Biases and gains away from 0 and 1: an engine that forgets one must not pass the comparison. */
export function model(shape: TransformerShape, purpose: string): FixtureModel {
  const random = RandomStream.of(1, purpose);
  const draw = (size: number, mean: number, deviation: number): Float32Array => Float32Array.from({ length: size }, () => mean + deviation * random.normal());
  const weights = weightSpecifications(shape).map(({ name, dimensions, deviation, constant }) => [name, draw(dimensions.reduce((a, b) => a * b, 1), constant ?? 0, deviation ?? 0.1)] as const);
  return { shape, weights: Object.fromEntries(weights) };
}

/** Full-length rows without an end token. */
export function randomRows(shape: TransformerShape, rows: number, purpose: string): TokenRows {
  const random = RandomStream.of(1, purpose);
  const length = rowLength(shape);
  const token = (i: number): number => (i % length === shape.promptLength ? SEPARATOR : FIRST_FREE_TOKEN + random.integer(shape.vocabulary - FIRST_FREE_TOKEN));
  return { rows, promptLength: shape.promptLength, responseLength: shape.responseLength, tokens: Int32Array.from({ length: rows * length }, (_, i) => token(i)) };
}

/** `<model>.safetensors` a model, and fixture.json with shapes, rows and constants. */
export function writeFixture(folder: string, { models, rows }: Fixture): void {
  for (const [name, { shape, weights }] of Object.entries(models)) {
    const dimensions = Object.fromEntries(weightSpecifications(shape).map((weight) => [weight.name, weight.dimensions]));
    writeFileSync(path.join(folder, `${name}.safetensors`), encodeSafetensors(weights, dimensions));
  }
  const shapes = Object.fromEntries(Object.entries(models).map(([name, { shape }]) => [name, shape]));
  const plainRows = Object.fromEntries(Object.entries(rows).map(([name, batch]) => [name, { ...batch, tokens: Array.from(batch.tokens) }]));
  writeFileSync(path.join(folder, 'fixture.json'), JSON.stringify({ shapes, rows: plainRows, beta: BETA, learningRate: LEARNING_RATE, studyBatch: STUDY_BATCH }));
}

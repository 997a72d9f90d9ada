/** Linear judges of responses: logistic regression on the difference of two responses' features, as a yardstick for the proxy. */
import { responseLengths, rowLength, type PreferencePairs, type TokenRows } from '../../../src/training/rows';
import { CONTENT_WORDS } from '../../../src/training/tasks/common/prompts';
import { TYPE_TOKENS, VOCABULARY } from '../../../src/training/tasks/common/vocabulary';

const ITERATIONS = 300;
const RATE = 0.5;
const DECAY = 1e-4;

/** What a judge is told of a response; `type` is 0 … 3. */
export type Features = (prompt: Int32Array, response: Int32Array) => number[];

const length: Features = (_, response) => [response.length, response.length ** 2 / 10];

/** How often each token of the vocabulary occurs, and the length. */
const words: Features = (prompt, response) => {
  const counts = new Array<number>(VOCABULARY).fill(0);
  for (const token of response) counts[token] = (counts[token] ?? 0) + 1;
  return [...counts, ...length(prompt, response)];
};

/** Also how often, and whether, each place of the prompt is named. */
const places: Features = (prompt, response) => {
  const named = Array.from({ length: CONTENT_WORDS }, (_, i) => response.filter((token) => token === prompt[1 + i]).length);
  return [...words(prompt, response), ...named, ...named.map((n) => Math.min(n, 1))];
};

/** A set of weights of its own for each type of prompt. */
const byType = (features: Features): Features => (prompt, response) => {
  const told = features(prompt, response);
  const type = (prompt[0] ?? 0) - TYPE_TOKENS.first;
  return Array.from({ length: TYPE_TOKENS.count }, (_, t) => told.map((value) => (t === type ? value : 0))).flat();
};

export const JUDGES: Readonly<Record<string, Features>> = {
  'length': length,
  'words': words,
  'words, by type': byType(words),
  'words and places': places,
  'words and places, by type': byType(places),
};

export type Judge = (pairs: PreferencePairs) => boolean[];

/** Answers, for pairs whose first side is the better one, whether the judge sees it so. */
export function trainJudge(features: Features, train: PreferencePairs): Judge {
  const rows = differences(features, train);
  const scale = scalesOf(rows);
  const weights = new Array<number>(scale.length).fill(0);
  const velocity = new Array<number>(scale.length).fill(0);
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const gradient = weights.map((w) => DECAY * w);
    for (const row of rows) {
      const missing = 1 / (1 + Math.exp(dot(weights, row, scale)));
      for (let i = 0; i < row.length; i += 1) gradient[i] = (gradient[i] ?? 0) - (missing * (row[i] ?? 0)) / ((scale[i] ?? 1) * rows.length);
    }
    for (let i = 0; i < weights.length; i += 1) {
      velocity[i] = 0.9 * (velocity[i] ?? 0) - RATE * (gradient[i] ?? 0);
      weights[i] = (weights[i] ?? 0) + (velocity[i] ?? 0);
    }
  }
  return (pairs) => differences(features, pairs).map((row) => dot(weights, row, scale) > 0);
}

function differences(features: Features, { chosen, rejected }: PreferencePairs): number[][] {
  const [better, worse] = [featuresOf(features, chosen), featuresOf(features, rejected)];
  return better.map((row, i) => row.map((value, at) => value - (worse[i]?.[at] ?? 0)));
}

function featuresOf(features: Features, batch: TokenRows): number[][] {
  const lengths = responseLengths(batch);
  return Array.from({ length: batch.rows }, (_, row) => {
    const start = row * rowLength(batch);
    const response = start + batch.promptLength + 1;
    return features(batch.tokens.subarray(start, start + batch.promptLength), batch.tokens.subarray(response, response + (lengths[row] ?? 0)));
  });
}

/** Root mean square of each feature: differences are about zero already. */
const scalesOf = (rows: readonly number[][]): number[] =>
  (rows[0] ?? []).map((_, i) => Math.sqrt(rows.reduce((total, row) => total + (row[i] ?? 0) ** 2, 0) / rows.length) + 1e-3);

function dot(weights: readonly number[], row: readonly number[], scale: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < row.length; i += 1) total += ((weights[i] ?? 0) * (row[i] ?? 0)) / (scale[i] ?? 1);
  return total;
}

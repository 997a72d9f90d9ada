/** Which KLs may stand on one axis without a word. */
import { describe, expect, it } from 'vitest';
import { klNotes } from '../../../../src/core/run/comparable';
import type { Estimate, Quality } from '../../../../src/core/run/metrics';

const run = (name: string, estimator?: string, quality?: readonly Quality[]) => {
  const kl: Estimate = { value: 1, unit: 'nats/sequence', from: ['kl'], ...(estimator === undefined ? {} : { estimator }), ...(quality === undefined ? {} : { quality }) };
  return { name, checkpoints: [{ metrics: { kl } }, { metrics: {} }] };
};

describe('klNotes', () => {
  it.each([
    ['one way, as the metric says', [run('a', 'token-exact'), run('b', 'token-exact')], []],
    ['on training samples only', [run('a', 'k1', ['train-temperature'])], []],
    ['no KL at all', [{ name: 'a', checkpoints: [{ metrics: {} }] }], []],
    ['two estimators', [run('a', 'token-exact'), run('b', 'k1')], ['KL was estimated in different ways (token-exact: a; k1: b): these numbers are not strictly comparable.']],
    ['one of two with padding', [run('a', 'k1'), run('b', 'k1', ['padded'])], ['KL was estimated in different ways (k1: a; k1, padding counted in: b): these numbers are not strictly comparable.']],
    ['a rough one alone', [run('a', 'k3', ['from-length'])], ['KL is a rough estimate (k3, per token times the mean length: a).']],
  ])('%s', (_, runs, notes) => {
    expect(klNotes(runs)).toEqual(notes);
  });
});

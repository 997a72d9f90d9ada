/** Arbitrary runs for the round-trip tests: any subset of metrics at any checkpoint, with and without intervals. */
import fc from 'fast-check';
import { METRIC_NAMES, METRICS, QUALITIES, type Estimate, type MetricName } from '../../../../src/core/run/metrics';
import type { Checkpoint, Run, RunStatus, Sampling } from '../../../../src/core/run/types';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** JSON has no −0. */
const scalar = finite.map((value) => value + 0);
const optional = <T>(key: string, arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined }).map((value) => (value === undefined ? {} : { [key]: value }));

const estimate = (name: MetricName): fc.Arbitrary<Estimate> =>
  fc
    .tuple(
      fc.oneof({ weight: 20, arbitrary: finite }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) }),
      optional('low', finite),
      optional('high', finite),
      optional('standardError', finite),
      optional('n', fc.nat()),
      optional('estimator', fc.constantFrom('token-exact', 'k1')),
      optional('quality', fc.subarray([...QUALITIES])),
      fc.array(fc.constantFrom('a/b', 'c'), { maxLength: 2 }),
    )
    .map(([value, low, high, standardError, n, estimator, quality, from]) =>
      ({ value, ...low, ...high, ...standardError, ...n, unit: METRICS[name].unit, ...estimator, ...quality, from }));

const checkpoint = (step: number): fc.Arbitrary<Checkpoint> =>
  fc
    .subarray(METRIC_NAMES)
    .chain((names) => fc.tuple(...names.map((name) => estimate(name).map((value): [MetricName, Estimate] => [name, value]))))
    .map((entries) => ({ step, metrics: Object.fromEntries(entries), raw: { noise: 1 } }));

export const anyRun: fc.Arbitrary<Run> = fc
  .record({
    id: fc.string(),
    status: fc.constantFrom<RunStatus[]>('queued', 'running', 'finished', 'stopped', 'failed', 'lost'),
    sampling: fc.constantFrom<Sampling[]>('online', 'offline', 'semi-online', 'mixed', 'unknown'),
    optionals: fc.tuple(optional('beta', scalar), optional('seed', fc.nat()), optional('klBudget', scalar), optional('failure', fc.string()),
      optional('progress', fc.record({ step: fc.nat(), steps: fc.nat() })), optional('createdAt', fc.string())),
    steps: fc.uniqueArray(fc.nat(100_000), { maxLength: 6 }),
    warnings: fc.array(fc.record({ code: fc.string(), message: fc.string() }), { maxLength: 2 }),
  })
  .chain(({ steps, optionals, ...head }) =>
    fc.tuple(...steps.sort((a, b) => a - b).map(checkpoint)).map((checkpoints): Run => ({
      ...head,
      ...(Object.assign({}, ...optionals) as Partial<Run>),
      name: 'online-b0.1-s1',
      experiment: 'study',
      path: '/runs/study/online-b0.1-s1',
      source: 'alignment-gap' as const,
      arm: 'online',
      objective: 'ipo',
      config: { seed: 1, nested: { a: 1 } },
      environment: { node: '20' },
      checkpoints,
    })));

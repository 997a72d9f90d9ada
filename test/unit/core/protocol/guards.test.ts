import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readComparisonToHost, readDashboardToHost, readHostToComparison, readHostToDashboard,
  type ComparisonToHost, type CurveColumns, type DashboardToHost, type EncodedRun, type GapView, type HostToComparison, type HostToDashboard,
} from '../../../../src/core/protocol';

const columns = (...values: number[]) => Float64Array.from(values);
const curve: CurveColumns = { kl: columns(0, 1), value: columns(0.1, 0.2), low: columns(NaN, NaN), high: columns(NaN, NaN) };
const run: EncodedRun = {
  head: { id: 'a', name: 'a', experiment: 'e', path: '/e/a', source: 'trl', status: 'lost', arm: 'x', sampling: 'mixed', objective: 'dpo', warnings: [{ code: 'torn', message: 'm', at: 'f:1' }], group: 'g' },
  steps: columns(0, 50),
  metrics: {
    kl: { value: columns(0, 1), low: columns(0, 0), high: columns(0, 2), standardError: columns(0, 0), n: columns(5, 5), kind: columns(1, 1), kinds: [{ unit: 'nats/sequence', estimator: 'k1', from: ['objective/kl'] }] },
  },
};
const gap: GapView = {
  budget: 3, between: ['online', 'offline'], matched: curve, mean: { value: 0.1, low: 0, high: 0.2 }, atBudget: null, withinBudget: { value: 0.1 }, peak: { value: 0.2 }, fits: [{ metric: 'gap.meanLogKl', label: 'Area', text: '+1.0 points' }], notes: ['one seed'],
  arms: [{ name: 'online', runs: ['a'], points: 30, peak: { value: 0.5, kl: 2 }, atBudget: { value: 0.4 }, withinBudget: null, efficiency: null, fit: curve, attainable: curve }],
};

/** Every member of the four unions, so that a guard that forgets one fails here. */
const dashboardIn: HostToDashboard[] = [
  { type: 'snapshot', subject: { kind: 'experiment', title: 'Study' }, runs: [run], gap, stages: [{ kind: 'sft', state: 'computing', fraction: 0.5 }], canControl: true, readAt: 1, restore: 'x' },
  { type: 'snapshot', subject: { kind: 'run', title: 'a' }, runs: [], stages: [], canControl: false, readAt: 1, restore: '' },
  { type: 'runChanged', run, readAt: 2 },
  { type: 'runRemoved', id: 'a' },
  { type: 'gap', gap },
  { type: 'stages', stages: [{ kind: 'proxy', state: 'failed', fraction: 0, message: 'no pairs' }] },
  { type: 'reply', request: 1, result: { ok: true, value: {} } },
  { type: 'reply', request: 1, result: { ok: true, value: { samples: [{ step: 0, prompt: 'p', completion: 'c', opponent: 'o', golden: 'win', proxy: 'tie' }] } } },
  { type: 'reply', request: 2, result: { ok: false, error: 'gone' } },
];
const dashboardOut: DashboardToHost[] = [
  { type: 'ready' }, { type: 'failed', message: 'x' }, { type: 'showLog', run: 'a' }, { type: 'compare', a: 'a' }, { type: 'compare', a: 'a', b: 'b' },
  { type: 'copy', request: 1, text: 't' }, { type: 'stop', request: 1, run: 'a' }, { type: 'resume', request: 1, run: 'a' }, { type: 'samples', request: 1, run: 'a', step: 0 },
];
const comparisonIn: HostToComparison[] = [
  {
    type: 'comparison', readAt: 1, restore: 'x',
    view: {
      a: run, b: run, config: [{ path: 'beta', kind: 'changed', a: '0.1', b: '0.3' }, { path: 'x', kind: 'only-a', a: '1', ignored: true }], environment: [],
      outcome: [{ metric: 'kl', step: 0, a: 1, b: 2, delta: 1, low: 0, high: 2, interval: 'paired' }, { metric: 'kl', step: 1, a: 1, b: 2, delta: 1 }], matchedKl: curve, ignorePatterns: ['name'], notes: [],
    },
  },
  { type: 'comparisonFailed', error: 'gone' },
  { type: 'reply', request: 1, result: { ok: true, value: {} } },
];
const comparisonOut: ComparisonToHost[] = [
  { type: 'ready' }, { type: 'failed', message: 'x' }, { type: 'openNativeDiff', left: 'a', right: 'b' }, { type: 'openRun', run: 'a' }, { type: 'copy', request: 1, text: 't' },
];

const directions = [
  { name: 'HostToDashboard', read: readHostToDashboard, messages: dashboardIn },
  { name: 'DashboardToHost', read: readDashboardToHost, messages: dashboardOut },
  { name: 'HostToComparison', read: readHostToComparison, messages: comparisonIn },
  { name: 'ComparisonToHost', read: readComparisonToHost, messages: comparisonOut },
] as const;

describe.each(directions)('the guard of $name', ({ name, read, messages }) => {
  it.each(messages.map((message) => [message.type, message]))('lets %s through unchanged', (_, message) => {
    expect(read(message)).toEqual({ ok: true, value: message });
  });

  it('throws on nothing and names itself in every refusal', () => {
    fc.assert(fc.property(fc.anything(), (data) => {
      const result = read(data);
      if (!result.ok) expect(result.error).toContain(name);
    }));
  });

  it('refuses a message that lacks any one of its required fields', () => {
    for (const message of messages) {
      for (const key of Object.keys(message).filter((field) => field !== 'gap' && field !== 'b')) {
        const { [key]: dropped, ...rest } = message as unknown as Record<string, unknown>;
        void dropped;
        expect(read(rest).ok, `${message.type} without ${key}`).toBe(false);
      }
    }
  });
});

describe('columns', () => {
  const withKl = (change: object) => ({ type: 'runChanged', readAt: 1, run: { ...run, metrics: { kl: { ...run.metrics.kl, ...change } } } });
  it.each([
    ['a plain array', { value: [0, 1] }],
    ['a shorter column', { value: columns(0) }],
    ['another typed array', { value: new Float32Array(2) }],
    ['nothing', { value: undefined }],
    ['an unknown unit', { kinds: [{ unit: 'bits', from: [] }] }],
  ])('are refused as %s', (_, change) => expect(readHostToDashboard(withKl(change)).ok).toBe(false));

  it('are refused under a name that is no metric', () => {
    expect(readHostToDashboard({ type: 'runChanged', readAt: 1, run: { ...run, metrics: { score: run.metrics.kl } } }).ok).toBe(false);
  });

  it('say where the message is wrong', () => {
    const result = readHostToDashboard(withKl({ value: columns(0) }));
    expect(result).toEqual({ ok: false, error: 'Not a message of HostToDashboard: columns of unequal length at /run' });
  });
});

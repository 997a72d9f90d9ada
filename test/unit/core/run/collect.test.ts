import { describe, expect, it } from 'vitest';
import { collectRun, listDocument, readEvent, runDocument, type CheckpointEvent, type RunEvent } from '../../../../src/core/run';
import { checkpoint, manifest, started, TIME } from '../../runlog/support';

const collect = (events: readonly RunEvent[], process: 'alive' | 'gone' | 'never-started' = 'gone', orchestratorAlive = false) =>
  collectRun({ manifest: manifest(), path: '/runs/study/run', events, process, orchestratorAlive });

const measured = (metrics: CheckpointEvent['metrics'], outcomes?: CheckpointEvent['outcomes']) => collect([{ event: 'checkpoint', time: TIME, step: 1, metrics, outcomes }]).checkpoints[0];

const progress = (step: number): RunEvent => ({ event: 'progress', time: TIME, step, loss: 1, margin: 0 });
const finished: RunEvent = { event: 'finished', time: TIME };
const stopped: RunEvent = { event: 'stopped', time: TIME, step: 30 };
const failed: RunEvent = { event: 'failed', time: TIME, message: 'out of luck' };

describe('status', () => {
  it.each<[string, RunEvent[], 'alive' | 'gone' | 'never-started', boolean, [status: string, step: number]]>([
    ['planned, study at work', [], 'never-started', true, ['queued', 0]],
    ['planned, nobody at work', [], 'never-started', false, ['stopped', 0]],
    ['started and alive', [started(), progress(4)], 'alive', true, ['running', 4]],
    ['alive after the study ended', [started()], 'alive', false, ['running', 0]],
    ['started and gone', [started(), progress(4)], 'gone', true, ['lost', 4]],
    ['finished', [started(), checkpoint(100), finished], 'gone', false, ['finished', 100]],
    ['finished, process still leaving', [started(), finished], 'alive', true, ['finished', 100]],
    ['stopped', [started(), progress(29), stopped], 'gone', false, ['stopped', 30]],
    ['failed', [started(), progress(7), failed], 'gone', true, ['failed', 7]],
    ['failed before it started', [failed], 'never-started', true, ['failed', 0]],
    ['resumed after a stop', [started(), stopped, started({ fromStep: 20 })], 'alive', true, ['running', 20]],
    ['resumed after a failure, then lost', [started(), failed, started({ fromStep: 20 }), progress(25)], 'gone', false, ['lost', 25]],
    ['resumed and finished', [started(), failed, started({ fromStep: 20 }), finished], 'gone', false, ['finished', 100]],
  ])('%s', (_, events, process, orchestratorAlive, [status, step]) => {
    const run = collect(events, process, orchestratorAlive);
    expect([run.status, run.progress?.step]).toEqual([status, step]);
    expect(run.failure).toBe(status === 'failed' ? 'out of luck' : undefined);
    expect(run.endedAt).toBe(events.some(({ event }) => event === status) ? TIME : undefined);
  });
});

describe('checkpoints', () => {
  it('ascend, one a step, the later line winning', () => {
    const run = collect([started(), checkpoint(0), checkpoint(20, 0.1), checkpoint(40, 0.2), started({ fromStep: 20 }), checkpoint(40, 0.9)]);
    expect(run.checkpoints.map(({ step, metrics }) => [step, metrics.winRate?.value])).toEqual([[0, 0.5], [20, 0.1], [40, 0.9]]);
  });

  it('decode outcomes: win 1, tie a half, loss 0', () => {
    const outcomes = measured({}, { win: '2102', proxyWin: '00', kl: [0.5, 1] })?.outcomes;
    expect(outcomes).toEqual({ win: Float64Array.of(1, 0.5, 0, 1), proxyWin: Float64Array.of(0, 0), kl: Float64Array.of(0.5, 1) });
  });

  it('keep what was read as raw numbers', () => {
    expect(measured({ kl: { value: 2, standardError: 0.1, n: 8, estimator: 'token-exact' } })?.raw).toEqual({ kl: 2, 'kl.standardError': 0.1, 'kl.n': 8 });
  });
});

describe('estimates', () => {
  it('give a fraction with n its Wilson interval', () => {
    const estimate = measured({ policyAccuracy: { value: 0.65, n: 256 } })?.metrics.policyAccuracy;
    expect(estimate).toMatchObject({ value: 0.65, n: 256, unit: 'fraction', from: ['policyAccuracy'] });
    expect([estimate?.low?.toFixed(3), estimate?.high?.toFixed(3)]).toEqual(['0.590', '0.706']);
  });

  it('narrow it by ties, as outcomes or a standard error tell', () => {
    const width = (fields: object, win?: string) => {
      const { low = NaN, high = NaN } = measured({ winRate: { value: 0.5, n: 8, ...fields } }, win === undefined ? undefined : { win })?.metrics.winRate ?? {};
      return high - low;
    };
    expect(width({}, '22220000')).toBeCloseTo(width({}), 1);
    expect(width({}, '22111100')).toBeLessThan(width({}) * 0.85);
    expect(width({ standardError: 0.1 })).toBeLessThan(width({}) * 0.7);
    expect(width({}, '11111111')).toBeGreaterThan(0);
  });

  it('give a mean ±1.96 standard errors, and a KL nothing below zero', () => {
    expect(measured({ margin: { value: 1, standardError: 1 } })?.metrics.margin).toMatchObject({ low: expect.closeTo(-0.96, 2), high: expect.closeTo(2.96, 2) });
    expect(measured({ kl: { value: 0.1, standardError: 1 } })?.metrics.kl).toMatchObject({ low: 0, high: expect.closeTo(2.06, 2) });
  });

  it('keep the interval of the log where it has one, and make none of nothing', () => {
    expect(measured({ winRate: { value: 0.5, low: 0.1, high: 0.9, n: 100 } })?.metrics.winRate).toMatchObject({ low: 0.1, high: 0.9 });
    expect(measured({ loss: { value: 0.3 } })?.metrics.loss).toEqual({ value: 0.3, unit: 'none', from: ['loss'] });
  });
});

describe('readEvent', () => {
  it.each([
    ['a number', 1, 'expected a JSON object'],
    ['a list', [], 'expected a JSON object'],
    ['null', null, 'expected a JSON object'],
    ['no event', {}, 'unknown event without a name'],
    ['progress without a step', { event: 'progress', step: -1 }, 'event "progress" lacks a valid step'],
    ['started without a process', { event: 'started', fromStep: 0 }, 'event "started" lacks a valid pid, host'],
    ['a checkpoint without metrics', { event: 'checkpoint', step: 1 }, 'a checkpoint needs a step and metrics'],
  ])('refuses %s', (_, value, problem) => {
    expect(readEvent(value)).toEqual({ problems: [problem] });
  });

  it('drops outcomes that are not outcomes, and keeps the rest', () => {
    const { event, problems } = readEvent({ event: 'checkpoint', step: 1, metrics: {}, outcomes: { win: '013', kl: [1, 2] } });
    expect(event).toMatchObject({ outcomes: { kl: [1, 2] } });
    expect(event).not.toHaveProperty('outcomes.win');
    expect(problems).toHaveLength(1);
  });
});

describe('documents', () => {
  it('show: the fields of alignment-gap/run@1', () => {
    const run = collect([started(), { event: 'checkpoint', time: TIME, step: 5, metrics: { kl: { value: 1, standardError: 0.1, n: 4, estimator: 'token-exact' } }, outcomes: { win: '2' } }, finished]);
    expect(JSON.parse(JSON.stringify(runDocument(run)))).toEqual({
      schema: 'alignment-gap/run@1', id: 'study/online-b0.1-s1', name: 'online-b0.1-s1', source: 'alignment-gap', status: 'finished',
      sampling: 'online', objective: 'ipo', beta: 0.1, seed: 1, config: manifest().config,
      checkpoints: [{
        step: 5,
        metrics: { kl: { value: 1, low: expect.closeTo(0.804, 3), high: expect.closeTo(1.196, 3), n: 4, unit: 'nats/sequence', estimator: 'token-exact', from: ['kl'] } },
        raw: { kl: 1, 'kl.standardError': 0.1, 'kl.n': 4 },
      }],
      warnings: [],
    });
  });

  it('list: the fields of alignment-gap/list@1', () => {
    expect(listDocument([collect([])])).toEqual({
      schema: 'alignment-gap/list@1',
      runs: [{ path: '/runs/study/run', id: 'study/online-b0.1-s1', name: 'online-b0.1-s1', experiment: 'study', source: 'alignment-gap', status: 'lost', sampling: 'online', objective: 'ipo', seed: 1 }],
    });
  });
});

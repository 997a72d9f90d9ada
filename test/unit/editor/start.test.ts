import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../../src/core/experiment';
import { editable, FIELDS, type Draft, type FieldId } from '../../../src/editor/start/model/fields';
import { describeRuns, experimentText } from '../../../src/editor/start/model/plan';
import { endingOf, expectedOf, fractionDone, progressMessage, statusText, timedJobs } from '../../../src/editor/start/model/progress';
import { TimeLeft } from '../../../src/launch/timeLeft';
import { checkpoint, experiment, run } from './samples';

const parsed = parseExperiment('{ "name": "x", "task": "summarisation", "arms": [{ "name": "online", "sampling": "online" }, { "name": "offline", "sampling": "offline" }] }');
if (!parsed.ok) throw new Error('the sample is no experiment');
const draft: Draft = { experiment: parsed.experiment, jobs: undefined };
const field = (id: FieldId) => {
  const found = FIELDS.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

describe('adjusting', () => {
  it.each<[FieldId, string, string]>([
    ['seeds', '1-3, 7', '1, 2, 3, 7'],
    ['seeds', '4 .. 5', '4, 5'],
    ['seeds', '0', '0'],
    ['steps', ' 250 ', '250'],
    ['beta', '0.1 0.05;1', '0.1, 0.05, 1'],
    ['klBudget', '7.5 nats', '7.5 nats'],
    ['jobs', '2', '2'],
    ['jobs', 'Auto', 'auto'],
    ['jobs', '', 'auto'],
  ])('%s takes "%s"', (id, text, shown) => {
    const changed = field(id).change(draft, text);
    expect(typeof changed === 'string' ? `refused: ${changed}` : field(id).show(changed)).toBe(shown);
  });

  it.each<[FieldId, string, RegExp]>([
    ['seeds', '', /at least one/],
    ['seeds', '1, x', /"x" is no seed/],
    ['seeds', '-1', /"-1" is no seed/],
    ['seeds', '3-1', /no range/],
    ['seeds', '0-99999999', /no range/],
    ['seeds', '1, 1', /1 is given twice/],
    ['steps', '0', /1 or more/],
    ['steps', '2.5', /whole number/],
    ['beta', '0', /no number above 0/],
    ['beta', '0.1, 0.10', /given twice/],
    ['klBudget', '0', /above 0/],
    ['klBudget', 'much', /Give a number/],
    ['jobs', '0', /whole number/],
  ])('%s refuses "%s"', (id, text, reason) => expect(field(id).change(draft, text)).toMatch(reason));

  it('leaves a valid experiment behind, whatever is typed', () => {
    fc.assert(fc.property(fc.constantFrom(...FIELDS), fc.oneof(fc.string(), fc.stringMatching(/^[0-9 ,.;-]{0,12}$/)), (one, text) => {
      const changed = one.change(draft, text);
      if (typeof changed !== 'string') expect(parseExperiment(JSON.stringify(changed.experiment)).ok).toBe(true);
    }));
  });

  it('offers every value for editing as it would be typed', () => {
    for (const one of FIELDS) expect(one.change(draft, editable(one, draft))).toEqual(draft);
  });
});

describe('what a start means', () => {
  it('counts the runs of the matrix', () => {
    expect(describeRuns(draft.experiment)).toBe('6 runs: 2 arms × 3 seeds, 500 steps each');
    expect(describeRuns({ ...draft.experiment, beta: [0.1, 1], seeds: [1], steps: 1 })).toBe('4 runs: 2 arms × 2 β × 1 seed, 1 step each');
  });

  it('keeps a copy that reads back as the same experiment, whatever its origin is called', () => {
    const back = parseExperiment(experimentText(draft, 'a\n*/ name'));
    expect(back).toEqual({ ok: true, experiment: draft.experiment });
  });
});

describe('how far it is', () => {
  const computing = { kind: 'proxy', state: 'computing', fraction: 0.5 } as const;
  const queued = run('a', { status: 'queued', checkpoints: [], progress: { step: 0, steps: 500 } });
  const running = run('a', { status: 'running', progress: { step: 250, steps: 500 }, checkpoints: [checkpoint(0, 0.1, 0), checkpoint(250, 0.3, 3.15)] });

  it('rises from stages to runs to 1', () => {
    expect(fractionDone(experiment([queued], { stages: [computing], isOrchestrated: true }))).toBeCloseTo(0.125);
    expect(fractionDone(experiment([running], { stages: [{ ...computing, state: 'done' }] }))).toBeCloseTo(0.625);
    expect(fractionDone(experiment([run('a'), run('b')]))).toBe(1);
  });

  it('is said in words', () => {
    expect(progressMessage(experiment([queued], { stages: [computing], isOrchestrated: true }))).toBe('Proxy preference model 50%');
    expect(progressMessage(experiment([running, run('b')]))).toBe('1 of 2 runs finished · a step 250/500');
    expect(statusText([experiment([running, run('b')])])).toBe('1 run · KL 63%');
    expect(statusText([experiment([queued], { isOrchestrated: true })])).toBe('Preparing');
    expect(statusText([experiment([run('b')])])).toBeUndefined();
  });

  it('tells the time left by what was expected, each job after what it needs', () => {
    const one = { steps: 0, stepSeconds: 0, seconds: 2, wallSeconds: 3 };
    const estimate = { seconds: 9, stagesSeconds: 6, jobs: 2, pace: { alone: 1, together: 1, processes: 2, cores: 2 }, stages: [{ ...one, name: 'proxy', isThere: false }], runs: [{ ...one, name: 'a', arm: 'online' }] };
    const jobs = timedJobs(experiment([queued], { stages: [computing], isOrchestrated: true }), expectedOf(estimate, 'study'));
    expect(jobs).toMatchObject([
      { id: 'stage proxy', needs: ['stage relabelled'], state: 'running', expected: 3000 },
      { id: 'study/a', needs: ['stage proxy', 'stage golden-policy'], state: 'waiting', expected: 3000 },
    ]);
    expect(new TimeLeft().observe(jobs, 0, 2)).toBe(1500 + 3000);
  });

  it('ends once, and says how', () => {
    expect(endingOf(experiment([running]))).toBeUndefined();
    expect(endingOf(experiment([queued], { isOrchestrated: true }))).toBeUndefined();
    expect(endingOf(experiment([run('a'), run('b', { arm: 'offline', checkpoints: [checkpoint(0, 0.2, 0)] })])))
      .toEqual({ kind: 'finished', summary: '2 runs finished; best win rate: online 0.41, offline 0.20' });
    expect(endingOf(experiment([run('a', { status: 'stopped' }), run('b', { status: 'finished' })]))).toEqual({ kind: 'stopped' });
    const notBegun = run('a', { status: 'stopped', checkpoints: [] });
    const data = { kind: 'data', state: 'done', fraction: 1 } as const;
    expect(endingOf(experiment([notBegun], { stages: [data] }))).toEqual({ kind: 'stopped' });
    expect(endingOf(experiment([notBegun], { stages: [data], isAbandoned: true }))).toMatchObject({ kind: 'failed' });
    expect(endingOf(experiment([notBegun]))).toMatchObject({ kind: 'failed' });
    expect(endingOf(experiment([run('a', { status: 'failed', failure: 'the disk is full' }), run('b', { status: 'failed' })])))
      .toEqual({ kind: 'failed', reason: 'a: the disk is full (and 1 more)' });
    expect(endingOf(experiment([run('a', { status: 'lost' })]))).toMatchObject({ kind: 'failed' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateStudy, longEstimate, roughTime, runCost, shortEstimate, stageCost, type StudyCosts, type StudyWork } from '../../../../src/core/estimate';
import { expandExperiment, parseExperiment, type RunConfig } from '../../../../src/core/experiment';

const parsed = parseExperiment(JSON.stringify({
  name: 'x', task: 'summarisation', batchSize: 10, steps: 100, checkpoints: 4, seeds: [1],
  arms: [{ name: 'online', sampling: 'online' }, { name: 'offline', sampling: 'offline' }],
  evaluation: { prompts: 50, pairs: 40 },
  stages: { pairs: 1000, pretrainingSteps: 70, sftSteps: 30, goldenSteps: 20, proxySteps: 60, goldenPolicySteps: 50 },
}));
if (!parsed.ok) throw new Error('the sample is no experiment');
const configs = expandExperiment(parsed.experiment, (path) => path).map(({ config }) => config);
const config = (sampling: RunConfig['sampling']): RunConfig => {
  const found = configs.find((one) => one.sampling === sampling);
  if (found === undefined) throw new Error(sampling);
  return found;
};

/** Each cost a power of ten of its own, so that a sum shows what it is made of. */
const none: StudyCosts = {
  start: 0, warmUp: 0, data: 0, languageModelStep: 0, preferenceStep: { golden: 0, proxy: 0 }, updateStep: 0, sampledRow: 0, evaluatedRow: 0,
  forwardRow: 0, klRow: 0, scoredRow: { golden: 0, proxy: 0 }, save: 0, pairs: { train: 1000, heldOut: 50 },
};

describe('what a job costs', () => {
  it.each<[string, Partial<StudyCosts>, Record<string, number>]>([
    ['a start each', { start: 1 }, { data: 1, sft: 1, golden: 1, relabelled: 1, proxy: 1, 'golden-policy': 1, online: 1, offline: 1 }],
    ['a warm-up where it trains', { warmUp: 1 }, { data: 0, sft: 1, golden: 1, relabelled: 0, proxy: 1, 'golden-policy': 1, online: 1, offline: 1 }],
    ['the data once', { data: 1 }, { data: 1, sft: 0 }],
    ['pre-training and SFT', { languageModelStep: 1 }, { sft: 100, proxy: 0, online: 0 }],
    ['each preference model its own', { preferenceStep: { golden: 2, proxy: 1 } }, { golden: 40, proxy: 60, sft: 0 }],
    ['an update a step', { updateStep: 1 }, { 'golden-policy': 50, online: 100, offline: 100, sft: 0 }],
    ['two responses a prompt and step', { sampledRow: 1 }, { 'golden-policy': 50 * 20, online: 100 * 20, offline: 0 }],
    ['two responses a prompt and checkpoint', { evaluatedRow: 1 }, { 'golden-policy': 2 * 50, online: 5 * 2 * 50, offline: 5 * 2 * 50 }],
    ['the KL of one of them', { klRow: 1 }, { online: 5 * 50, offline: 5 * 50, proxy: 0 }],
    ['a checkpoint saved', { save: 1 }, { online: 5, offline: 5 }],
    // Online: reference log-probabilities each step. Offline: those of all pairs once. Both: of the evaluated pairs (40 and 256), once and at each checkpoint,
    // where the second response to each of the 50 prompts is read by policy and reference too.
    ['forward passes', { forwardRow: 1 }, { sft: 100, online: 100 * 20 + 6 * 2 * 296 + 5 * 2 * 50, offline: 2 * 1000 + 6 * 2 * 296 + 5 * 2 * 50 }],
    ['golden verdicts', { scoredRow: { golden: 1, proxy: 0 } }, { golden: 12 * 2 * 100 + 100, relabelled: 2 * 1050, 'golden-policy': 50 * 20 + 100, online: 5 * 2 * 50, offline: 5 * 2 * 50 }],
    ['proxy verdicts', { scoredRow: { golden: 0, proxy: 1 } }, { proxy: 12 * 2 * 50 + 2 * 1050, online: 100 * 20 + 80 + 50 + 5 * 2 * 50, offline: 80 + 50 + 5 * 2 * 50 }],
  ])('%s', (_, changes, expected) => {
    const costs = { ...none, ...changes };
    const seconds = Object.fromEntries(Object.keys(expected).map((name) => [name, name === 'online' || name === 'offline'
      ? runCost(config(name), costs).seconds
      : stageCost(name as Parameters<typeof stageCost>[0], config('online'), costs).seconds]));
    for (const [name, value] of Object.entries(expected)) expect(seconds[name], name).toBeCloseTo(value, 9);
  });

  const recording = { objective: 'ipo', beta: 0.1, learningRate: 1e-3, steps: 30, weightsAt: [6, 30] } as const;
  const replay = { kind: 'replay', order: 'ordered', recording } as const;
  const policies = { kind: 'policies', policies: [{ name: 'sft', step: 0 }, { name: 'final', step: 30 }], recording } as const;

  it.each<[string, Partial<RunConfig>, Partial<StudyCosts>, number]>([
    ['semi-online also reads its samples by the copy', { sampling: 'semi-online', syncEvery: 5 }, { forwardRow: 1 }, 100 * 40 + 6 * 2 * 296 + 5 * 2 * 50],
    ['a mixture samples its share', { sampling: 'mixed', onlineShare: 0.3 }, { sampledRow: 1 }, 100 * 6],
    ['HyPO samples a response a prompt', { sampling: 'offline', onPolicyKl: 1 }, { sampledRow: 1 }, 100 * 10],
    ['and reads half as many rows again', { sampling: 'offline', onPolicyKl: 1 }, { updateStep: 1 }, 150],
    ['Best-of-2 reads winners alone', { sampling: 'offline', objective: 'best-of-2' }, { updateStep: 1 }, 50],
    ['and no reference policy', { sampling: 'online', objective: 'best-of-2' }, { forwardRow: 1 }, 6 * 2 * 296 + 5 * 2 * 50],
    ['a replay reads the pairs that it passes on', { sampling: 'offline', data: replay }, { forwardRow: 1 }, 2 * 30 * 10 + 6 * 2 * 296 + 5 * 2 * 50],
  ])('%s', (_, fields, changes, seconds) => {
    expect(runCost({ ...config('offline'), ...fields }, { ...none, ...changes }).seconds).toBeCloseTo(seconds, 9);
  });

  it('a recorded run is an online one that also reads its samples; policies write two responses a prompt', () => {
    expect(stageCost('recording', { ...config('offline'), data: replay }, { ...none, forwardRow: 1, updateStep: 0.5 }).seconds).toBe(30 * 40 + 15);
    expect(stageCost('policy-data', { ...config('offline'), data: policies }, { ...none, evaluatedRow: 1 }).seconds).toBe(2000);
  });

  it('an opponent of four times the parameters takes four times as long', () => {
    const plain = config('online');
    const { width, feedForward } = plain.policy;
    const large = { ...plain, stages: { ...plain.stages, opponentPolicy: { ...plain.policy, width: 2 * width, feedForward: 2 * feedForward } } };
    expect(stageCost('golden-policy', large, { ...none, updateStep: 1 }).seconds).toBe(200);
    expect(stageCost('opponent-sft', large, { ...none, languageModelStep: 1 }).seconds).toBe(400);
    expect(runCost(large, { ...none, updateStep: 1 }).seconds).toBe(100);
  });

  it('evaluates no more than the task has', () => {
    expect(runCost(config('online'), { ...none, klRow: 1, pairs: { train: 20, heldOut: 5 } }).seconds).toBe(5 * 5);
    expect(runCost(config('offline'), { ...none, forwardRow: 1, pairs: { train: 20, heldOut: 5 } }).seconds).toBe(2 * 20 + 6 * 2 * 25 + 5 * 2 * 5);
  });

  it('of a resumed run counts what is left', () => {
    expect(runCost(config('online'), { ...none, updateStep: 1 }, 75)).toMatchObject({ steps: 25, seconds: 25 });
    expect(runCost(config('online'), { ...none, save: 1 }, 50).seconds).toBe(2);
    expect(runCost(config('online'), { ...none, start: 1 }, 100).seconds).toBe(1);
  });
});

const stage = (name: string, seconds: number, ...needs: string[]) => ({ name, seconds, needs, steps: 0, stepSeconds: 0, isThere: false });
const run = (name: string, seconds: number, ...needs: string[]) => ({ name, arm: name, seconds, needs, steps: 0, stepSeconds: 0 });
const work: StudyWork = {
  stages: [stage('a', 10), stage('b', 20, 'a')],
  // A run may be called like a stage.
  runs: [run('a', 30, 'b'), run('c', 10, 'b'), run('d', 15, 'b')],
  jobs: 2, pace: { alone: 1, together: 1, processes: 2, cores: 2 }, overhead: 1,
};

describe('a study', () => {
  it('is its stages, its runs beside each other, and what is before and after', () => {
    expect(estimateStudy(work)).toMatchObject({ seconds: 1 + 30 + 30, stagesSeconds: 30, jobs: 2 });
    expect(estimateStudy({ ...work, jobs: 1 }).seconds).toBe(1 + 30 + 55);
    expect(estimateStudy({ ...work, runs: [] })).toMatchObject({ seconds: 31, stagesSeconds: 30 });
  });

  it('tells what each run takes beside the others', () => {
    const { runs } = estimateStudy({ ...work, pace: { ...work.pace, together: 1.5 } });
    expect(runs.map(({ name, wallSeconds }) => [name, wallSeconds])).toEqual([['a', expect.closeTo(42.5, 6)], ['c', 15], ['d', 22.5]]);
  });

  it('is stretched as a whole by other work on the machine', () => {
    const busy = estimateStudy({ ...work, pace: { ...work.pace, alone: 2, together: 2 } });
    expect(busy.seconds).toBeCloseTo(2 * estimateStudy(work).seconds, 9);
    expect(busy.stages[0]).toMatchObject({ name: 'a', seconds: 20, wallSeconds: 20 });
  });

  it('never falls when a cost rises', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 3 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }), (jobs, lengths) => {
      const of = (factor: number) => estimateStudy({ ...work, jobs, runs: lengths.map((seconds, i) => run(`r${i}`, factor * seconds, 'b')) }).seconds;
      expect(of(1.5)).toBeGreaterThan(of(1));
    }));
  });
});

describe('in words', () => {
  it.each([[0.2, '1 s'], [12.4, '12 s'], [33, '35 s'], [58, '1 min'], [61, '1 min'], [110, '1 min 50 s'], [118, '2 min'], [599, '10 min'], [1500, '25 min'], [7800, '2 h 10 min'], [7200, '2 h']])('%d s: %s', (seconds, text) =>
    expect(roughTime(seconds)).toBe(text));

  it('with its parts, and in short', () => {
    const estimate = estimateStudy(work);
    expect(longEstimate(estimate)).toBe('about 1 min on 2 processes (shared stages 30 s, 3 runs of 10 s to 30 s)');
    expect(shortEstimate(estimate)).toBe('about 1 min on 2 processes');
    expect(shortEstimate({ ...estimate, jobs: 1, seconds: 35 })).toBe('about 35 s on 1 process');
    const there = { ...estimate, stages: estimate.stages.map((one) => ({ ...one, isThere: true })), runs: estimate.runs.slice(0, 1) };
    expect(longEstimate(there)).toBe('about 1 min on 2 processes (shared stages are there, 1 run of 30 s)');
  });
});

import { describe, expect, it } from 'vitest';
import { JUDGE_WARNING } from '../../../../src/core/run/judge';
import { gapDocument, performanceGap, type GapReport } from '../../../../src/core/analysis';
import type { Run } from '../../../../src/core/run';
import { OFFLINE, ONLINE, settlingKls, simulateRun, simulateStudy } from './support';

const quick = { resamples: 200 };

const gapOf = (report: GapReport) => {
  if (report.gap === null) throw new Error(`no gap: ${report.notes.join(' ')}`);
  return report.gap;
};

/** Mean of a function over a range of KL. */
function meanOver(low: number, high: number, of: (kl: number) => number): number {
  const values = Array.from({ length: 1001 }, (_, i) => of(low + ((high - low) * i) / 1000));
  return values.reduce((a, b) => a + b, 0) / values.length;
}

describe('performanceGap on known curves', () => {
  const exact = (arm: 'online' | 'offline', seed: number, curve: (kl: number) => number): Run => simulateRun({ arm, seed, curve, kls: settlingKls(arm === 'online' ? 4 : 3.5), prompts: 4096 });
  const runs = [1, 2, 3].flatMap((seed) => [exact('online', seed, ONLINE), exact('offline', seed, OFFLINE)]);
  const report = performanceGap(runs, { ...quick, budget: 2 });
  const gap = gapOf(report);

  it('recovers the curves', () => {
    for (const [arm, curve] of [[report.arms[0], ONLINE], [report.arms[1], OFFLINE]] as const) {
      expect(arm?.fit).toHaveLength(25);
      for (const { kl, winRate, low, high } of arm?.fit ?? []) {
        expect(winRate).toBeCloseTo(curve(kl), 1);
        expect(Math.abs(winRate - curve(kl))).toBeLessThan(0.02);
        expect(low).toBeLessThanOrEqual(winRate);
        expect(high).toBeGreaterThanOrEqual(winRate);
      }
    }
  });

  it('recovers the gap, on the common range only', () => {
    const difference = (kl: number): number => ONLINE(kl) - OFFLINE(kl);
    const [first, last] = [gap.matched[0]?.kl ?? NaN, gap.matched.at(-1)?.kl ?? NaN];
    expect(first).toBeCloseTo(settlingKls(4)[1] ?? NaN, 9);
    expect(last).toBeCloseTo(settlingKls(3.5)[10] ?? NaN, 9);
    for (const { kl, value } of gap.matched) expect(Math.abs(value - difference(kl))).toBeLessThan(0.025);
    expect(Math.abs((gap.mean?.value ?? NaN) - meanOver(first, last, difference))).toBeLessThan(0.015);
    expect(Math.abs((gap.atBudget?.value ?? NaN) - difference(2))).toBeLessThan(0.015);
    expect(gap.mean?.low).toBeGreaterThan(0);
    expect(gap.peak?.low).toBeGreaterThan(0);
  });

  it('takes the mean by the trapezoid rule over an even grid', () => {
    const values = gap.matched.map(({ value }) => value);
    const trapezoid = (values.reduce((a, b) => a + b, 0) - ((values[0] ?? 0) + (values.at(-1) ?? 0)) / 2) / (values.length - 1);
    expect(gap.mean?.value).toBeCloseTo(trapezoid, 10);
  });

  it('reports the arms: attainable never falls, efficiency is gain per nat', () => {
    const [online] = report.arms;
    const attainable = online?.attainable ?? [];
    expect(attainable).toHaveLength(25);
    attainable.slice(1).forEach(({ winRate }, i) => { expect(winRate).toBeGreaterThan((attainable[i]?.winRate ?? NaN) - 0.01); });
    const starts = (online?.points ?? []).filter(({ kl }) => kl === 0).map(({ winRate }) => winRate);
    const start = starts.reduce((a, b) => a + b, 0) / starts.length;
    expect(online?.efficiency).toBeCloseTo(((online?.peak?.winRate ?? NaN) - start) / (online?.peak?.kl ?? NaN), 9);
    expect(online?.withinBudget?.kl).toBeLessThanOrEqual(2);
    expect(online?.runs).toHaveLength(3);
    expect(online?.points).toHaveLength(33);
  });

  it('is the same whenever it is computed, and has the fields of alignment-gap/gap@1', () => {
    expect(performanceGap(runs, { ...quick, budget: 2 })).toEqual(report);
    expect(performanceGap(runs, { ...quick, budget: 2, seed: 9 }).gap).not.toEqual(gap);
    const document = JSON.parse(JSON.stringify(gapDocument(report)));
    expect(Object.keys(document)).toEqual(['schema', 'budget', 'arms', 'gap', 'notes', 'bootstrap']);
    expect(document).toMatchObject({
      schema: 'alignment-gap/gap@1', budget: 2, bootstrap: { resamples: 200, seed: 0 },
      arms: [{ name: 'online', peak: { winRate: expect.any(Number), low: expect.any(Number), high: expect.any(Number), kl: expect.any(Number) } }, { name: 'offline' }],
      gap: { between: ['online', 'offline'], mean: { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) } },
    });
    expect(document.gap.matched[0]).toEqual({ kl: expect.any(Number), value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) });
  });

  it.each([
    { order: 'of a folder', of: [...runs].sort((a, b) => (a.id < b.id ? -1 : 1)) },
    { order: 'backwards', of: [...runs].reverse() },
    { order: 'arm after arm', of: [...runs.filter(({ arm }) => arm === 'offline'), ...runs.filter(({ arm }) => arm === 'online')] },
  ])('is the same to the digit for runs in the order $order', ({ of }) => {
    const other = performanceGap(of, { ...quick, budget: 2 });
    expect(other.gap).toEqual(gap);
    const named = (arms: typeof report.arms): unknown => Object.fromEntries(arms.map(({ name, peak, withinBudget, fit }) => [name, { peak, withinBudget, fit }]));
    expect(named(other.arms)).toEqual(named(report.arms));
  });

  it('scores the peak on prompts that did not choose it', () => {
    // Of forty checkpoints alike the highest measured one looks well above the truth.
    const flat = simulateRun({ arm: 'online', seed: 1, prompts: 200, curve: () => 0.3, kls: Array.from({ length: 2 }, (_, i) => i) });
    const noisy = Array.from({ length: 40 }, (_, i) => simulateRun({ arm: 'online', seed: 1, study: 100 + i, prompts: 200, curve: () => 0.3, kls: [0, 1] }).checkpoints[1]);
    const checkpoints = noisy.flatMap((checkpoint, i) => (checkpoint ? [{ ...checkpoint, step: i + 1, metrics: { ...checkpoint.metrics, kl: { value: 1 + i / 40, unit: 'nats/sequence', from: [] } as const } }] : []));
    const [arm] = performanceGap([{ ...flat, checkpoints }], quick).arms;
    const highest = Math.max(...checkpoints.map(({ metrics }) => metrics.winRate?.value ?? 0));
    expect(highest).toBeGreaterThan(0.35);
    expect(arm?.peak?.winRate).toBeLessThan(0.33);
  });
});

describe('performanceGap in simulation', () => {
  it('holds zero for two arms that are the same', () => {
    const trials = 60;
    let held = 0;
    for (let study = 0; study < trials; study += 1) {
      const { mean } = gapOf(performanceGap(simulateStudy({ study, offline: ONLINE, prompts: 128, seedSpread: 0.05 }), { resamples: 150 }));
      if (mean && mean.low <= 0 && 0 <= mean.high) held += 1;
    }
    console.info(`The interval of no gap held zero in ${held} of ${trials} simulated studies of three seeds.`);
    expect(held / trials).toBeGreaterThanOrEqual(0.85);
  });

  it('tells a known gap from none, and holds it', () => {
    const truth = ONLINE(2) - OFFLINE(2);
    const trials = 20;
    let held = 0;
    for (let study = 0; study < trials; study += 1) {
      const { atBudget } = gapOf(performanceGap(simulateStudy({ study, prompts: 256 }), { resamples: 150, budget: 2 }));
      expect(atBudget?.value).toBeGreaterThan(0);
      if (atBudget && atBudget.low <= truth && truth <= atBudget.high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(17);
  });

  it('pairs by prompt: the same study judged by other prompts in each run has wider intervals', () => {
    const width = (runs: readonly Run[]): number => {
      const { mean } = gapOf(performanceGap(runs, quick));
      return (mean?.high ?? NaN) - (mean?.low ?? NaN);
    };
    const same = simulateStudy({ study: 3, seeds: 1 });
    const unpaired = same.map((run) => ({ ...run, source: 'trl' as const }));
    expect(width(same)).toBeLessThan(width(unpaired) * 0.9);
  });

  it('takes less than half a second for six runs of eleven checkpoints and 512 prompts', () => {
    const runs = simulateStudy({ study: 1 });
    const times = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage();
      performanceGap(runs);
      return process.cpuUsage(before).user / 1000;
    });
    console.info(`performanceGap took ${Math.min(...times).toFixed(0)} ms of processor time.`);
    expect(Math.min(...times)).toBeLessThan(500);
  });
});

describe('performanceGap says what it cannot compute', () => {
  const study = simulateStudy({ study: 1, seeds: 2, prompts: 64 });
  const [online, offline] = [study.filter(({ arm }) => arm === 'online'), study.filter(({ arm }) => arm === 'offline')];
  const edit = (runs: readonly Run[], change: (run: Run) => Partial<Run>): Run[] => runs.map((run) => ({ ...run, ...change(run) }));
  const keep = (runs: readonly Run[], first: number, last?: number): Run[] => edit(runs, ({ checkpoints }) => ({ checkpoints: checkpoints.slice(first, last) }));
  const judged = (): Partial<Run> => ({ warnings: [{ code: JUDGE_WARNING, message: 'The judge is a coin.' }] });
  const withArtefact = (kind: string, digest: string) => () => ({ environment: { artefacts: { [kind]: digest } } });

  it.each<[string, Run[], RegExp]>([
    ['no run', [], /There is no run/],
    ['one arm', edit(online, judged), /No arm is offline/],
    ['no overlap', [...keep(online, 6), ...keep(offline, 0, 4)].filter(({ seed }) => seed === 1).map((run) => ({ ...run, ...judged() })), /KLs do not overlap/],
    ['too few checkpoints', [...online, ...keep(offline, 0, 2)], /too few checkpoints for a curve/],
  ])('begin with why there is no gap: %s', (_, runs, expected) => {
    expect(performanceGap(runs, { resamples: 20 }).notes[0]).toMatch(expected);
  });

  it.each<[string, Run[], RegExp]>([
    ['no run', [], /There is no run/],
    ['one arm', online, /No arm is offline/],
    ['a single seed', study.filter(({ seed }) => seed === 1), /online has a single seed, and a single seed supports no claim/],
    ['two seeds', study, /online has two seeds/],
    ['unequal sweeps', [...online, ...offline, ...edit(offline, () => ({ beta: 0.03, id: 'x' }))], /offline was tried with 2 settings, online with 1/],
    ['no overlap', [...keep(online, 6), ...keep(offline, 0, 4)], /KLs do not overlap .*nothing is extrapolated/],
    ['too few checkpoints', [...online, ...keep(offline, 0, 2)], /offline has too few checkpoints for a curve/],
    ['no checkpoint', [...online, ...keep(offline, 0, 0)], /offline has no checkpoint with both/],
    ['other reference policies', [...edit(online, withArtefact('sft', 'a')), ...edit(offline, withArtefact('sft', 'b'))], /different reference policies/],
    ['other opponents', [...edit(online, withArtefact('golden-policy', 'a')), ...edit(offline, withArtefact('golden-policy', 'b'))], /different golden policies/],
    ['other reference policies, not yet made', [...online, ...edit(offline, ({ config }) => ({ config: { ...config, policy: { width: 64 } } }))], /different reference policies/],
    ['other judges', [...edit(online, withArtefact('golden', 'a')), ...edit(offline, withArtefact('golden', 'b'))], /different golden preference models/],
    ['few prompts', study, /rest on 64 prompts: one of them alone is known to ±12 points/],
    ['no outcomes', edit(study, ({ checkpoints }) => ({ checkpoints: checkpoints.map(({ step, metrics, raw }) => ({ step, metrics, raw })) })), /keeps no outcomes per prompt/],
    ['a metric missing', [...online, ...edit(offline, ({ checkpoints }) => ({ checkpoints: checkpoints.map(({ step, metrics: { kl }, raw }) => ({ step, metrics: { kl }, raw })) }))], /offline: 2 runs of 2 logged no win rate or no KL and are left out/],
    ['KL per token', [...online, ...edit(offline, ({ checkpoints }) => ({ checkpoints: checkpoints.map((point) => ({ ...point, metrics: { ...point.metrics, kl: { value: 1, unit: 'nats/token', from: [] } } })) }))], /offline: 2 runs logged KL per token/],
    ['unfinished runs', edit(study, () => ({ status: 'running' })), /Not all runs are finished \(4 running\)/],
    ['three arms', [...study, ...edit(online, () => ({ arm: 'more', sampling: 'online' }))], /Of 3 arms the first online \(online\) and the first offline \(offline\)/],
    ['budgets that differ', [...online, ...edit(offline, () => ({ klBudget: 9 }))], /No KL budget was given/],
    ['a budget out of reach', edit(study, () => ({ klBudget: 50 })), /budget of 50 nats lies outside/],
    ['other prompts', [...online, ...edit(offline, () => ({ source: 'trl' }))], /not evaluated on the same prompts/],
  ])('%s', (_, runs, note) => {
    const report = performanceGap(runs, { resamples: 50 });
    expect(report.notes.join('\n')).toMatch(note);
    expect(JSON.stringify(gapDocument(report))).not.toMatch(/NaN|undefined|Infinity/);
    expect(JSON.stringify(report.gap?.matched ?? [])).not.toContain('null');
  });

  it('takes stages that each seed draws for itself as the design they are, unless the arms of a seed differ', () => {
    const drawn = (runs: readonly Run[], digest: (seed: number) => string) =>
      edit(runs, ({ seed = 0, config }) => ({ config: { ...config, stages: { dataSeed: seed } }, environment: { artefacts: { sft: digest(seed) } } }));
    const notes = (runs: readonly Run[]) => performanceGap(runs, { resamples: 20 }).notes.join('\n');
    expect(notes(drawn(study, (seed) => `of ${seed}`))).not.toMatch(/reference policies/);
    expect(notes([...drawn(online, (seed) => `of ${seed}`), ...drawn(offline, () => 'another')])).toMatch(/different reference policies/);
  });

  it('takes prompts of each seed’s own for paired where both arms were judged on them', () => {
    const withPrompts = (runs: readonly Run[], dataSeed: (seed: number) => number) => edit(runs, ({ seed = 0, config }) => ({ config: { ...config, stages: { dataSeed: dataSeed(seed) } } }));
    const notes = (runs: readonly Run[]) => performanceGap(runs, { resamples: 20 }).notes.join('\n');
    const own = withPrompts(online, (seed) => seed);
    expect(notes([...own, ...withPrompts(offline, (seed) => seed)])).not.toMatch(/same prompts/);
    expect(notes([...own, ...withPrompts(offline, (seed) => (seed === 2 ? 9 : seed))])).toMatch(/not evaluated on the same prompts/);
    expect(notes([...own, ...withPrompts(offline, (seed) => seed).map((run) => ({ ...run, seed: (run.seed ?? 0) + 10 }))])).not.toMatch(/same prompts/);
  });

  it('leaves null what lies outside, and gives what lies within', () => {
    const gap = gapOf(performanceGap(study, { resamples: 50, budget: 50 }));
    expect(gap.atBudget).toBeNull();
    expect(gap.withinBudget?.value).toBeCloseTo(gap.peak?.value ?? NaN, 9);
    const apart = gapOf(performanceGap([...keep(online, 6), ...keep(offline, 0, 4)], { resamples: 50 }));
    expect([apart.matched, apart.mean, apart.atBudget]).toEqual([[], null, null]);
  });

  it('says nothing of a sound study of three seeds', () => {
    expect(performanceGap(simulateStudy({ study: 1, prompts: 128 }), { resamples: 20 }).notes).toEqual([]);
  });

  it('groups a foreign log without arms by its sampling', () => {
    const report = performanceGap(edit(study, () => ({ arm: '' })), { resamples: 20 });
    expect(report.gap?.between).toEqual(['online', 'offline']);
  });
});

describe('a study half done', () => {
  /** Three seeds an arm, of each run its first checkpoints only. */
  const halfDone = (counts: Readonly<Record<string, number>>): Run[] =>
    simulateStudy({ study: 1 }).map((run) => {
      const count = counts[run.name] ?? run.checkpoints.length;
      return count === run.checkpoints.length ? run : { ...run, status: 'running', checkpoints: run.checkpoints.slice(0, count) };
    });
  const widest = (report: GapReport): number => {
    const widths = [...report.arms.flatMap(({ fit }) => fit ?? []), ...(report.gap?.matched ?? [])].map(({ low, high }) => high - low);
    return Math.max(...widths);
  };
  const whole = widest(performanceGap(halfDone({}), quick));

  it.each<[string, Record<string, number>, RegExp | undefined]>([
    ['a run with its start alone', { 'online-s2': 1 }, /online-s2 has 1 checkpoint and is left out until it has more\./],
    ['both third runs with one checkpoint beyond the start', { 'online-s3': 2, 'offline-s3': 2 }, /offline-s3 has 2 checkpoints and is left out/],
    ['runs not begun', { 'online-s3': 0, 'offline-s3': 0 }, /2 running/],
    ['a run with two checkpoints beyond the start', { 'online-s3': 3 }, undefined],
    ['a run with four', { 'online-s3': 5, 'offline-s3': 4 }, undefined],
    ['one whole run an arm', { 'online-s2': 1, 'online-s3': 0, 'offline-s2': 2, 'offline-s3': 0 }, /single seed/],
  ])('%s: the bands stay of the order of a whole study', (_, counts, note) => {
    const report = performanceGap(halfDone(counts), quick);
    expect(report.gap?.matched.length).toBeGreaterThan(0);
    // Two seeds in place of three: Student's t alone makes 1.4 to 2.5 times of it.
    expect(widest(report)).toBeLessThan(Math.max(4 * whole, 0.3));
    if (note === undefined) expect(report.notes.join('\n')).not.toContain('left out');
    else expect(report.notes.join('\n')).toMatch(note);
  });

  it('has no gap, and says why, while every run has only begun', () => {
    const report = performanceGap(halfDone(Object.fromEntries(simulateStudy({ study: 1 }).map(({ name }) => [name, 1]))), quick);
    expect(report.gap).toMatchObject({ matched: [], mean: null, peak: null });
    expect(report.notes).toContain('online-s1 has 1 checkpoint and is left out until it has more.');
    expect(report.arms.map(({ runs }) => runs.length)).toEqual([3, 3]);
  });
});

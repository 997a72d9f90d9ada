import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resultOf, STUDIES, STUDY_FORMS, verdictHtml, type StudyTemplate, type Verdict } from '../../../../src/core/study';
import { TASKS } from '../../../../src/core/study/experiments';
import { madeUpStudy, runsOf } from './support';

const seeds = [1, 2, 3, 4, 5];
const named = (name: string): StudyTemplate => {
  const found = STUDIES.find((study) => study.name === name);
  if (found === undefined) throw new Error(`no study ${name}`);
  return found;
};
const others = TASKS.length - 1;

describe('the experiments of the studies', () => {
  const everywhere = STUDIES.flatMap((study) => STUDY_FORMS.flatMap((form) => study.experiments(form, seeds).map((file) => ({ study, form, file }))));

  it.each(everywhere.map(({ study, file }) => [study.name, file.name, file] as const))('%s: %s is a valid experiment file', (_, __, file) => {
    const runs = runsOf(file);
    expect(runs.length % seeds.length).toBe(0);
    expect(new Set(runs.map(({ name }) => name)).size).toBe(runs.length);
  });

  it('one name is one experiment, in every study that has it', () => {
    for (const { file } of everywhere) for (const other of everywhere.filter((one) => one.file.name === file.name)) expect(isDeepStrictEqual(other.file, file), file.name).toBe(true);
  });

  it('no experiment has the name of a study’s folder, for the card lies there', () => {
    const folders = STUDIES.flatMap(({ name }) => STUDY_FORMS.map((form) => (form === 'full' ? name : `${name}-${form}`)));
    expect(everywhere.filter(({ file }) => folders.includes(file.name))).toEqual([]);
  });

  // Per seed: 4 runs of a base experiment, 4 replays on the main task and 1 elsewhere, 4 data sets, 3 arms of Best-of-2, …
  it.each([
    ['online-offline', 4 * TASKS.length],
    ['coverage', 4 * TASKS.length + 4 + others],
    ['quality', 8 * 2],
    ['classification', 4 * TASKS.length],
    ['non-contrastive', 3 * 3],
    ['scaling', 8 + 3 * 3],
    ['on-policy-data', 8 * 2],
    ['semi-online', 4 + 5],
    ['over-optimisation', 5 * TASKS.length + 2],
    ['when-online-pays', 4 + 6 * 2 + 3],
  ])('%s has %d runs a seed', (name, expected) => {
    const runs = named(name).experiments('full', seeds).flatMap(runsOf);
    expect(runs).toHaveLength(expected * seeds.length);
  });

  it('every study says what it is about', () => {
    expect(new Set(STUDIES.map(({ name }) => name)).size).toBe(10);
    for (const { title, source, finding, hypothesis, question } of STUDIES) for (const text of [title, source, finding, hypothesis, question]) expect(text.length).toBeGreaterThan(5);
  });
});

describe('verdicts on made-up runs', () => {
  const verdicts = (name: string, rise: (experiment: string, arm: string) => number): Verdict[] => resultOf(named(name), madeUpStudy(named(name), { rise }), 'smoke').card.claims.map(({ verdict }) => verdict);

  it.each(STUDIES.map(({ name }) => name))('%s: without runs all is undecided, and nothing is drawn', (name) => {
    const { card, figures } = resultOf(named(name), new Map(), 'full');
    expect(card.claims.length).toBeGreaterThan(0);
    expect(card.claims.every(({ verdict, effect }) => verdict === 'undecided' && effect === null)).toBe(true);
    expect(figures).toEqual([]);
    expect(card.overall.verdict).toBe('undecided');
  });

  it('online-offline: for the arm that rises higher, either way round, and undecided for equals', () => {
    expect(new Set(verdicts('online-offline', (_, arm) => (arm === 'online' ? 0.3 : 0.1)))).toEqual(new Set(['supports']));
    expect(new Set(verdicts('online-offline', (_, arm) => (arm === 'online' ? 0.1 : 0.3)))).toEqual(new Set(['against']));
    expect(new Set(verdicts('online-offline', () => 0.2))).toEqual(new Set(['undecided']));
  });

  it('coverage: a shuffled arm like offline supports the paper, one like online speaks against it', () => {
    const paper = verdicts('coverage', (_, arm) => (arm === 'offline' || arm === 'shuffled' ? 0.1 : 0.3));
    expect(paper.slice(0, 2 * TASKS.length)).toEqual(Array(2 * TASKS.length).fill('supports'));
    expect(paper.at(-1)).toBe('supports');
    expect(verdicts('coverage', (_, arm) => (arm === 'offline' ? 0.1 : 0.3)).slice(0, 2)).toEqual(['undecided', 'against']);
  });

  it('quality: final pairs that help more than golden ones speak against the paper', () => {
    expect(verdicts('quality', (_, arm) => (arm === 'final-final' ? 0.05 : arm === 'online' ? 0.4 : 0.2)).slice(0, 3)).toEqual(['supports', 'supports', 'supports']);
    expect(verdicts('quality', (_, arm) => (arm === 'final-final' ? 0.5 : arm === 'online' ? 0.4 : 0.2)).slice(0, 3)).toEqual(['against', 'against', 'against']);
  });

  it('when-online-pays: the crossing lies between the level where offline leads and the one where online does', () => {
    const study = named('when-online-pays');
    const rise = (experiment: string, arm: string): number => (arm === 'offline' ? 0.2 : experiment.startsWith('labels-20-') ? 0.1 : experiment.startsWith('labels-60-') ? 0.16 : 0.4);
    const { card, figures } = resultOf(study, madeUpStudy(study, { rise }), 'smoke');
    expect(card.claims.map(({ verdict }) => verdict).slice(0, 3)).toEqual(['supports', 'supports', 'supports']);
    const [crossing] = card.estimates;
    expect(crossing?.effect?.value).toBeGreaterThan(60);
    expect(crossing?.effect?.value).toBeLessThan(200);
    expect(figures.map(({ id }) => id)).toContain('when-online-pays-labels');
  });

  const madeUp = (name: string, rise: (experiment: string, arm: string) => number = () => 0.2) => resultOf(named(name), madeUpStudy(named(name), { rise }), 'smoke').card;
  const estimate = (card: ReturnType<typeof madeUp>, name: RegExp) => card.estimates.find((one) => name.test(one.name)) ?? expect.fail(`no estimate ${name.source}`);

  it('classification: winners fall in both arms, most offline, and losers more', () => {
    const card = madeUp('classification', (_, arm) => (arm === 'online' ? 0.4 : 0.1));
    expect(card.claims.filter(({ statement }) => /falls/.test(statement)).map(({ verdict }) => verdict)).toEqual(TASKS.flatMap(() => ['supports', 'supports', 'supports']));
    // The better classifier wins less: made up so, and so the paper's Fig. 7.
    expect(estimate(card, /across runs, helpfulness/).effect?.value).toBeLessThan(-0.5);
    expect(estimate(card, /losers’ log-probability .* helpfulness/)).toMatchObject({ effect: { value: expect.closeTo(-2, 9), unit: 'nats/sequence' }, because: 'offline −5.00 [−5.00, −5.00] nats, online −3.00 [−3.00, −3.00] nats. offline − online: −2.00 nats [−2.00, −2.00].' });
  });

  it('coverage: how far each arm goes outside the data', () => {
    const card = madeUp('coverage');
    expect(estimate(card, /95% quantile, helpfulness/).because).toBe('online 6.00 [6.00, 6.00] nats, offline 8.00 [8.00, 8.00] nats, shuffled 8.00 [8.00, 8.00] nats. online − offline: −2.00 nats [−2.00, −2.00].');
    expect(estimate(card, /outside the data at the end, helpfulness/).because).toMatch(/shuffled 40\.0% \[40\.0, 40\.0\]/);
  });

  it('semi-online: how old the samples were, beside what was lost', () => {
    const aged = madeUp('semi-online', (_, arm) => (arm === 'online' ? 0.3 : 0.1)).estimates;
    const intervals = aged.map(({ name }) => Number(/sync-(\d+)/.exec(name)?.[1]));
    expect(intervals.length).toBeGreaterThan(1);
    aged.forEach(({ effect, because }, i) => {
      expect(because).toContain(`${((intervals[i] ?? NaN) / 2).toFixed(1)} steps old on average; ${((intervals[i] ?? NaN) / 10).toFixed(2)} [`);
      expect(effect?.high).toBeLessThan(0);
    });
  });

  it('over-optimisation: no peak by Gao’s form of a curve that only rises, and why', () => {
    const found = estimate(madeUp('over-optimisation'), /Gao’s RL form, helpfulness/);
    expect(found.effect).toBeNull();
    expect(found.because).toMatch(/outside the KLs observed .* nothing is extrapolated/);
  });

  it('unfinished runs are left out, and the card says so', () => {
    const study = named('online-offline');
    const runs = new Map([...madeUpStudy(study, { rise: () => 0.2 })].map(([name, list]) => [name, list.map((run) => ({ ...run, status: 'stopped' as const }))]));
    const { card } = resultOf(study, runs, 'smoke');
    expect(card.claims.every(({ effect }) => effect === null)).toBe(true);
    expect(card.notes.join(' ')).toMatch(/not finished and are left out/);
  });
});

describe('the card', () => {
  it.each(STUDIES.map(({ name }) => name))('%s: figures have names of their own, and the page no text unescaped', (name) => {
    const { card, figures } = resultOf(named(name), madeUpStudy(named(name), { rise: (_, arm) => (arm === 'online' ? 0.3 : 0.2) }), 'smoke');
    expect(figures.length).toBeGreaterThan(0);
    expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length);
    const html = verdictHtml({ ...card, title: '<b>&' }, figures, '0.0.0');
    expect(html).toContain('&lt;b&gt;&amp;');
    // With what is around it, for a whole page helps nobody.
    expect(/.{0,60}(undefined|NaN).{0,40}/.exec(html)?.[0]).toBeUndefined();
  });

  it('is the same for the same runs, to the digit', async () => {
    const study = named('online-offline');
    const { card } = resultOf(study, madeUpStudy(study, { rise: (_, arm) => (arm === 'online' ? 0.3 : 0.2) }), 'smoke');
    const only = { ...card, claims: card.claims.slice(0, 2), runs: card.runs.slice(0, 2) };
    await expect(`${JSON.stringify(only, null, 2)}\n`).toMatchFileSnapshot('golden/online-offline.json');
  });
});

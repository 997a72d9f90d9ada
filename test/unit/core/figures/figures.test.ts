import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../../../src/core/figures/chart';
import { studyFigures } from '../../../../src/core/figures/figures';
import { armNames, klBound, referenceWinRate, sharedBudget } from '../../../../src/core/figures/picture';
import { klAxis, linearAxis, position, valueAt } from '../../../../src/core/figures/scale';
import { groupSeries, runGroups } from '../../../../src/core/figures/series';
import { verdictOf } from '../../../../src/core/figures/verdict';
import { studyReport, studyRun, studyRuns } from './support';

const figures = studyFigures(studyRuns(), studyReport(), { standalone: true });
const byId = (id: string) => figures.find((figure) => figure.id === id)?.svg ?? '';

describe('the figures of a study', () => {
  it.each(['frontier', 'gap', 'attainable', 'accuracy', 'budget', 'win-rate'])('%s (golden SVG; `vitest -u` rewrites it)', async (name) => {
    await expect(byId(`figure-${name}`)).toMatchFileSnapshot(`golden/${name}.svg`);
  });

  it.each(figures.map((figure) => [figure.id, figure.svg]))('%s is an image with a title and a description in words', (id, svg) => {
    expect(svg).toContain(`role="img" aria-labelledby="${id}-title ${id}-desc"`);
    expect(svg).toMatch(new RegExp(`<title id="${id}-title">.{5,}</title>`));
    expect(svg).toMatch(new RegExp(`<desc id="${id}-desc">.{20,}</desc>`));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('tells the arms apart by dash and marker, and names them where they end', () => {
    const svg = byId('figure-frontier');
    expect(svg.match(/class="ag-c1" stroke-dasharray="7 4"/g)).toHaveLength(1);
    expect(svg.match(/class="ag-m0"/g)?.length).toBe(18 + 1);
    expect(svg.match(/class="ag-m1"/g)?.length).toBe(18 + 1);
    expect(svg).toMatch(/class="ag-label"[^>]*>online</);
    expect(svg).toMatch(/class="ag-label"[^>]*>offline</);
  });

  it('draws budget, bound and reference policy', () => {
    expect(byId('figure-frontier')).toMatch(/budget 4 nats[^]*1\/\(2β\) = 5 nats[^]*reference policy 12%/);
    const atFive = studyRuns().map((run) => ({ ...run, klBudget: 5 }));
    expect(studyFigures(atFive, studyReport({ budget: 5 }))[0]?.svg).toContain('budget = 1/(2β) = 5 nats');
  });

  it('sets the labels of rules at one height where they do not cover each other', () => {
    const rules = ['first', 'second', 'third', 'fourth'].map((label) => ({ axis: 'y', at: 0.5, label }) as const);
    const svg = chartSvg({ id: 'x', title: 'Labels', description: 'Four rules at one height, and nothing else.', x: linearAxis('x', [0, 1]), y: linearAxis('y', [0, 1]), series: [], rules });
    const places = [...svg.matchAll(/<text class="ag-tick ag-halo" x="([\d.]+)" y="([\d.]+)"/g)].map(([, x, y]) => `${x} ${y}`);
    expect(new Set(places).size).toBe(4);
  });

  it('leaves out what there is no data for', () => {
    expect(studyFigures([], studyReport({ arms: [], gap: null }))).toEqual([]);
    const bare = studyRun('online', 1, { checkpoints: [{ step: 0, metrics: {}, raw: {} }] });
    expect(studyFigures([bare], studyReport({ arms: [], gap: null }))).toEqual([]);
    const ids = studyFigures([studyRun('online', 1)], studyReport({ arms: [], gap: null })).map(({ id }) => id);
    expect(ids).toEqual(['figure-frontier', 'figure-accuracy', 'figure-budget', 'figure-win-rate']);
  });

  it('keeps labels apart', () => {
    const flat = (label: string, style: number) => ({ label, style, line: [{ x: 0, y: 0.5 }, { x: 1, y: 0.5 }] });
    const svg = chartSvg({ id: 'c', title: 'T', description: 'D', x: linearAxis('x', [0, 1]), y: linearAxis('y', [0, 1]), series: ['a', 'b', 'c'].map(flat) });
    const heights = [...svg.matchAll(/class="ag-label" x="[\d.]+" y="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(heights).toHaveLength(3);
    for (const [i, y] of heights.entries()) if (i > 0) expect(y - (heights[i - 1] ?? 0)).toBeGreaterThanOrEqual(15);
  });
});

describe('what is drawn', () => {
  it('the bound is that of the smallest β of the online IPO runs', () => {
    expect(klBound([studyRun('online', 1, { beta: 0.5 }), studyRun('online', 2), studyRun('offline', 1, { beta: 0.01 })])).toBe(5);
    expect(klBound([studyRun('offline', 1), studyRun('online', 1, { objective: 'dpo' })])).toBeUndefined();
  });

  it('the reference policy is the mean of the runs at step 0', () => expect(referenceWinRate(studyRuns())).toBeCloseTo(0.12, 12));

  it('a budget is drawn only when the runs agree on it', () => {
    expect(sharedBudget(studyRuns())).toBe(4);
    expect(sharedBudget([studyRun('online', 1), studyRun('online', 2, { klBudget: 3 })])).toBeUndefined();
  });

  it('a group is a mean with the lowest and the highest seed', () => {
    const [online] = runGroups(studyRuns());
    if (online === undefined) throw new Error('no group');
    const last = groupSeries(online, 'kl').line?.at(-1);
    expect(last?.y).toBeCloseTo(4.6, 12);
    expect([last?.low, last?.high]).toEqual([4.6 * 0.95, 4.6 * 1.05]);
  });

  it('the arms keep their looks whatever order the runs come in', () => {
    expect(armNames(studyRuns())).toEqual(['online', 'offline']);
    expect(armNames(studyRuns().reverse())).toEqual(['online', 'offline']);
  });

  it('groups of one arm are told apart by what differs', () => {
    const runs = [studyRun('online', 1), studyRun('online', 2, { beta: 0.5 }), studyRun('offline', 1)];
    expect(runGroups(runs).map(({ label, style }) => [label, style])).toEqual([['online β0.1', 0], ['online β0.5', 0], ['offline', 1]]);
  });
});

describe('axes', () => {
  it('KL goes with its square root, and back', () => {
    const axis = klAxis([4, 9]);
    expect(position(axis, 0)).toBe(0);
    expect(position(axis, 4) / position(axis, 1)).toBeCloseTo(2, 12);
    for (const value of [0.1, 1, 5, 9]) expect(valueAt(axis, position(axis, value))).toBeCloseTo(value, 12);
  });

  it.each([[[0, 0.001]], [[0, 5]], [[0.3, 700]], [[]]])('KL ticks of %j lie on the axis, ascending and apart', (values) => {
    const axis = klAxis(values);
    const places = axis.ticks.map(({ at }) => position(axis, at));
    expect(places.length).toBeGreaterThan(1);
    for (const [i, place] of places.entries()) if (i > 0) expect(place - (places[i - 1] ?? 0)).toBeGreaterThanOrEqual(0.065);
    expect(Math.max(...places)).toBeLessThanOrEqual(1);
  });

  it.each([[[0.12, 0.43]], [[-0.02, 0.31]], [[5, 5]], [[0, 0]], [[]], [[1e-9, 3e-9]]])('a linear axis covers %j and ends on ticks', (values) => {
    const axis = linearAxis('y', values);
    for (const value of values) expect(position(axis, value)).toBeGreaterThanOrEqual(0);
    for (const value of values) expect(position(axis, value)).toBeLessThanOrEqual(1);
    expect([axis.ticks[0]?.at, axis.ticks.at(-1)?.at]).toEqual([axis.min, axis.max]);
    expect(axis.ticks.length).toBeLessThan(12);
  });
});

describe('the verdict says no more than the intervals allow', () => {
  const headline = (peak: { value: number; low: number; high: number } | null) => {
    const { gap } = studyReport();
    return verdictOf(studyRuns(), studyReport({ gap: gap && { ...gap, peak } }));
  };

  it.each([
    [{ value: 0.17, low: 0.14, high: 0.2 }, 'online', /“online” is above that of “offline” by 17\.0 points \(95% interval \+14\.0 to \+20\.0\)/],
    [{ value: -0.05, low: -0.08, high: -0.02 }, 'offline', /“offline” is above that of “online” by 5\.0 points \(95% interval \+2\.0 to \+8\.0\)/],
    [{ value: 0.05, low: -0.01, high: 0.11 }, 'undecided', /Undecided: .*differ by \+5\.0 points.*holds zero/],
    [{ value: 0.05, low: 0, high: 0.1 }, 'undecided', /Undecided/],
    [null, 'undecided', /No verdict on the peaks/],
  ])('%j', (peak, side, text) => {
    const verdict = headline(peak);
    expect(verdict.side).toBe(side);
    expect(verdict.headline).toMatch(text);
  });

  it('says what is missing', () => {
    const { gap } = studyReport();
    const verdict = verdictOf([studyRun('online', 1, { status: 'running' }), studyRun('offline', 1)], studyReport({ gap: gap && { ...gap, mean: null, withinBudget: null } }));
    expect(verdict.details).toEqual([
      'At matched KL nothing can be said: the arms share no KL range.',
      'Within the budget of 4 nats nothing can be said: not both arms have data there.',
      'Provisional: 1 of 2 runs is not finished.',
    ]);
    expect(verdictOf([], studyReport({ gap: null, notes: ['There is no run.'] })).headline).toMatch(/^No verdict/);
  });
});

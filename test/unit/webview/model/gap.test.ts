import { describe, expect, it } from 'vitest';
import { accuracySpecs } from '../../../../webview/model/accuracy';
import { budgetSpec, gainSpec } from '../../../../webview/model/budget';
import { frontierSpec, matchedSpec, mergeLines } from '../../../../webview/model/gap';
import { gapHeadlines, gapSentence, runHeadlines } from '../../../../webview/model/headlines';
import { groupRuns } from '../../../../webview/model/groups';
import { trueGap } from '../../../fixtures/study';
import { panelRun, study } from '../panelRuns';

const gap = trueGap();
const groups = groupRuns(study());

describe('frontierSpec', () => {
  const spec = frontierSpec(groups, gap, { scale: 'sqrt', curve: 'fit' });

  it('has every checkpoint of every run as a point, and a fit for each arm', () => {
    expect(spec.series.map(({ key, form, points }) => [key.split('/').at(-1), form, points.length])).toEqual([
      ['frontier', 'points', 33], ['frontier', 'points', 33], ['online', 'curve', 40], ['offline', 'curve', 40],
    ]);
    expect(spec.series[2]?.slot).toBe(spec.series[0]?.slot);
  });

  it('draws budget and bound as one line where they are one, and the reference policy', () => {
    expect(spec.lines.map(({ axis, value, label }) => [axis, Number(value.toFixed(2)), label])).toEqual([
      ['x', 5, 'KL budget 5 = bound 1/(2β)'], ['y', 0.13, expect.stringMatching(/^reference policy 0\.1\d\d$/)],
    ]);
  });

  it('leaves out lines far outside the data, and says so', () => {
    const far = frontierSpec(groupRuns(study().map((run) => ({ ...run, beta: 0.01 }))), gap, { scale: 'linear', curve: 'fit' });
    expect(far.lines.filter((line) => line.axis === 'x').map((line) => line.label)).toEqual(['KL budget 5']);
    expect(far.notes).toEqual(['Outside the picture: bound 1/(2β) 50 nats.']);
  });

  it.each([
    [[panelRun({})], /No checkpoint yet/],
    [[panelRun({}, [{ step: 1, kl: 1 }])], /needs a win rate/],
    [[panelRun({}, [{ step: 1, winRate: 1 }])], /needs KL from the reference policy/],
    [[panelRun({}, [{ step: 1, winRate: 1 }, { step: 2, kl: 1 }])], /KL and win rate at the same checkpoint/],
  ])('says why it is empty', (runs, reason) => expect(frontierSpec(groupRuns(runs), undefined, { scale: 'sqrt', curve: 'fit' }).empty).toMatch(reason));

  it('shows the attainable curve instead when asked', () => {
    const attainable = frontierSpec(groups, { ...gap, arms: gap.arms.map((arm) => ({ ...arm, attainable: { ...arm.attainable, value: arm.attainable.value.map(() => 0.3) } })) }, { scale: 'sqrt', curve: 'attainable' });
    expect(new Set(attainable.series.filter(({ form }) => form === 'curve').flatMap(({ points }) => points.map((point) => point.y)))).toEqual(new Set([0.3]));
    expect(attainable.description).toContain('best win rate within each KL');
  });

  it('draws a single run as a line with whiskers', () => {
    const [series] = frontierSpec(groupRuns(study({ seeds: [1] }).slice(0, 1)), undefined, { scale: 'sqrt', curve: 'fit' }).series;
    expect([series?.form, series?.whiskers]).toEqual(['line', true]);
  });
});

describe('matchedSpec', () => {
  const frontier = frontierSpec(groups, gap, { scale: 'sqrt', curve: 'fit' });
  it('shares the horizontal axis of the chart above it', () => expect(matchedSpec(gap, frontier).x).toBe(frontier.x));
  it('shows the gap only over the overlap', () => {
    const [series] = matchedSpec(gap, frontier).series;
    expect(Math.max(...(series?.points.map((point) => point.x) ?? []))).toBeCloseTo(4.2);
  });
  it('says why there is none', () => {
    const none = new Float64Array();
    expect(matchedSpec({ ...gap, matched: { kl: none, value: none, low: none, high: none }, notes: ['No overlap.'] }, frontier).empty).toBe('No overlap.');
  });
});

describe('mergeLines', () => {
  it('joins equal values only', () => {
    const line = (value: number, label: string) => ({ axis: 'x' as const, value, label, tone: 'quiet' as const });
    expect(mergeLines([line(5, 'KL budget 5'), line(5 + 1e-12, 'bound 5'), line(6, 'x')]).map((one) => one.label)).toEqual(['KL budget 5 = bound', 'x']);
  });
});

describe('gapSentence', () => {
  it.each([
    [{ value: 0.1, low: 0.05, high: 0.15 }, /^Online is ahead of offline by 0\.100 .* \+0\.050 to \+0\.150\)\.$/],
    [{ value: -0.1, low: -0.15, high: -0.05 }, /^Offline is ahead of online by 0\.100/],
    [{ value: 0.1, low: -0.05, high: 0.25 }, /^No clear difference .* holds zero\.$/],
    [{ value: 0.1, low: 0, high: 0.25 }, /^No clear difference/],
    [{ value: 0.1 }, /without an interval/],
    [null, /no KL range in common/],
  ])('of %j', (mean, text) => expect(gapSentence({ ...gap, mean, peak: null })).toMatch(text));
  it('says both comparisons where they differ: at the same KL, and peak against peak', () => {
    const both = gapSentence({ ...gap, mean: { value: -0.022, low: -0.035, high: -0.008 }, peak: { value: 0.05, low: 0.01, high: 0.092 } });
    expect(both).toMatch(/^Offline is ahead of online by 0\.022 on average at the same KL .*\. Online is ahead of offline by 0\.050 peak against peak .*\.$/);
  });
  it('gives the reason when there is no pair', () => expect(gapSentence({ ...gap, between: null, notes: ['There is no offline arm.'] })).toBe('There is no offline arm.'));
});

describe('headlines', () => {
  it('carry the numbers unrounded under the names of gap --json', () => {
    const items = gapHeadlines(gap);
    expect(items.map(({ metric, value }) => [metric, value])).toEqual([
      ['gap.mean', 0.121], ['gap.withinBudget', 0.174], ['gap.peak', 0.174], ['arms.online.peak.winRate', gap.arms[0]?.peak?.value], ['arms.offline.peak.winRate', gap.arms[1]?.peak?.value],
    ]);
    expect(items[0]).toMatchObject({ text: '+0.121', interval: '[+0.098, +0.144]' });
  });
  it('of a run are those of its last checkpoint', () => {
    const run = panelRun({ klBudget: 4 }, [{ step: 0, kl: 0 }, { step: 50, kl: 3, winRate: 0.25 }]);
    expect(runHeadlines(run).map(({ metric, text, detail }) => [metric, text, detail])).toEqual([
      ['winRate', '0.250', 'at step 50'], ['kl', '3.00 nats', '75% of the budget, at step 50'],
    ]);
  });
});

describe('accuracySpecs', () => {
  it('asks the same four questions of every group, on one scale', () => {
    const specs = accuracySpecs(groups);
    expect(specs.map((spec) => [spec.title, spec.series.length, spec.y.min, spec.y.max])).toEqual([['Accuracy of online (3 seeds)', 4, 0.4, 1], ['Accuracy of offline (3 seeds)', 4, 0.4, 1]]);
  });
  it('names what a log lacks', () => {
    const [spec] = accuracySpecs(groupRuns([panelRun({}, [{ step: 1, policyAccuracy: 0.6 }])]));
    expect(spec?.notes).toEqual(['Not in these logs: train accuracy, proxy accuracy, proxy accuracy on-policy.']);
  });
});

describe('the KL budget', () => {
  const group = (change: object, rows: Parameters<typeof panelRun>[1]) => groupRuns([panelRun(change, rows)]);
  const rows = [{ step: 0, kl: 0, winRate: 0.1 }, { step: 50, kl: 2, winRate: 0.3 }];

  it('is used by the share KL ÷ budget, with the run’s own budget first', () => {
    expect(budgetSpec(group({ klBudget: 4 }, rows), 8).series[0]?.points.map((point) => point.y)).toEqual([0, 0.5]);
    expect(budgetSpec(group({}, rows), 8).series[0]?.points.map((point) => point.y)).toEqual([0, 0.25]);
  });
  it('tells when it was spent, and for a running run when it will be', () => {
    const line = [0, 1, 2, 3].map((kl, i) => ({ step: 100 * i, kl }));
    expect(budgetSpec(group({ klBudget: 2.5 }, line), undefined).notes).toEqual(['Budget spent: run at step 250.']);
    expect(budgetSpec(group({ klBudget: 6, status: 'running' }, line), undefined).notes).toEqual(['By trend, it will be spent: run at step 600.']);
    expect(budgetSpec(group({ klBudget: 6 }, line), undefined).notes).toEqual([]);
  });
  it.each([
    [group({}, rows), /No KL budget is set/],
    [group({ klBudget: 4 }, [{ step: 0, winRate: 1 }]), /holds a KL/],
  ])('says what is missing', (groupsOf, reason) => expect(budgetSpec(groupsOf, undefined).empty).toMatch(reason));
  it('buys win rate above the reference policy, per nat', () => {
    expect(gainSpec(group({}, rows)).series[0]?.points.map((point) => [point.x, Number(point.y.toFixed(9))])).toEqual([[50, 0.1]]);
    expect(gainSpec(group({}, rows.slice(1))).empty).toMatch(/step 0/);
  });
});

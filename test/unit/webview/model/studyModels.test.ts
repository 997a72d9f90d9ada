import { describe, expect, it } from 'vitest';
import type { SampleRecord } from '../../../../src/core/run/events';
import { intervalBars } from '../../../../webview/model/intervalBar';
import { judgesOn, samplesSentence } from '../../../../webview/model/samples';
import { verdictFile } from '../../../fixtures/verdict';

describe('the bar of an interval', () => {
  const [peak, shuffled, accuracy, nothing] = intervalBars(verdictFile().claims);

  it('has one scale for all effects of a unit', () => {
    const perPoint = ((peak?.high ?? 0) - (peak?.low ?? 0)) / 0.06;
    expect(((shuffled?.high ?? 0) - (shuffled?.low ?? 0)) / 0.07).toBeCloseTo(perPoint);
    expect(peak?.zero).toBeCloseTo(shuffled?.zero ?? NaN);
    expect(peak?.value).toBeGreaterThan(peak?.zero ?? NaN);
    expect(shuffled?.value).toBeLessThan(shuffled?.zero ?? NaN);
  });
  it('shows the margin of a claim of no difference, and of no other', () => {
    expect([peak?.margin, accuracy?.margin]).toEqual([undefined, undefined]);
    expect(shuffled?.margin?.high).toBeGreaterThan(shuffled?.high ?? NaN);
    expect(shuffled?.margin?.low).toBeGreaterThan(shuffled?.low ?? NaN);
  });
  it('stays within the bar', () => {
    for (const bar of [peak, shuffled, accuracy]) for (const at of [bar?.low, bar?.high, bar?.zero]) expect(at).toSatisfy((share: number) => share >= 0 && share <= 1);
  });
  it('is not there without an effect, or where it is no number', () => {
    expect(nothing).toBeUndefined();
    const [claim] = verdictFile().claims;
    expect(claim && intervalBars([{ ...claim, effect: claim.effect && { ...claim.effect, low: NaN } }])).toEqual([undefined]);
  });
});

describe('the judges of a sample', () => {
  const sample = (golden: SampleRecord['golden'], proxy: SampleRecord['proxy']): SampleRecord => ({ step: 1, prompt: `${golden} ${proxy}`, completion: '', opponent: '', golden, proxy });
  it.each([
    ['win', 'win', 'agree'], ['loss', 'win', 'proxy-higher'], ['tie', 'win', 'proxy-higher'], ['loss', 'tie', 'proxy-higher'], ['win', 'loss', 'golden-higher'], ['tie', 'loss', 'golden-higher'],
  ] as const)('golden %s, proxy %s: %s', (golden, proxy, judges) => expect(judgesOn(sample(golden, proxy))).toBe(judges));
  it('are counted', () => {
    expect(samplesSentence([sample('win', 'win')])).toBe('The judges agree on all of 1 sample.');
    expect(samplesSentence([sample('win', 'win'), sample('loss', 'win'), sample('win', 'tie')])).toBe('The judges disagree on 2 of 3 samples; on 1 the proxy alone prefers the completion.');
  });
});

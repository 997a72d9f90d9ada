import { describe, expect, it } from 'vitest';
import { curveSpecs } from '../../../../webview/model/curves';
import { groupRuns } from '../../../../webview/model/groups';
import { foreignRuns, howToLog, logNotes } from '../../../../webview/model/logs';
import { panelRun } from '../panelRuns';

const absent = (metric: string) => ({ code: 'absent', message: `${metric} is not in this log: log it.`, at: metric });
const dpo = panelRun({ id: 'dpo', name: 'dpo', group: 'dpo', source: 'trl', warnings: [absent('kl'), absent('winRate'), { code: 'not-a-number', message: '1 value is NaN.', at: 'loss' }] }, [{ step: 1, loss: 1 }, { step: 2, loss: 0.5 }]);
const grpo = panelRun({ id: 'grpo', name: 'grpo', group: 'grpo', source: 'trl', warnings: [absent('winRate')] }, [{ step: 1, kl: 0.1 }, { step: 2, kl: 0.2, responseLength: 30 }]);
const own = panelRun({ id: 'own', name: 'own' }, [{ step: 1, loss: 1, kl: 1 }, { step: 2, loss: 1, kl: 2 }]);

describe('what a page says of other trainers\' logs', () => {
  it('is of those alone', () => expect(foreignRuns([own, dpo])).toEqual([dpo]));
  it('names whom a note concerns, where not all', () => {
    expect(logNotes([dpo, grpo], true)).toEqual([{ text: 'kl is not in this log: log it.', runs: 'dpo' }, { text: 'winRate is not in this log: log it.', runs: '' }]);
    expect(logNotes([dpo, grpo], false)).toEqual([{ text: 'loss: 1 value is NaN.', runs: 'dpo' }]);
  });
  it('tells once what would have to be logged for a chart', () => {
    expect(howToLog([dpo, grpo], ['winRate'])).toEqual(['winRate is not in this log: log it.']);
    expect(howToLog([own], ['winRate'])).toEqual([]);
  });
  it('cuts a long list of runs', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => panelRun({ id: name, name, source: 'csv', warnings: name === 'e' ? [] : [absent('kl')] }));
    expect(logNotes(many, true)[0]?.runs).toBe('a, b and 2 more');
  });
});

describe('curves of what was logged', () => {
  it('are drawn of what has two points at least, and not of our own runs', () => {
    expect(curveSpecs(groupRuns([dpo, grpo, own])).map(({ id }) => id)).toEqual(['curve/kl', 'curve/loss']);
    expect(curveSpecs(groupRuns([own]))).toEqual([]);
  });
  it('say that KLs were estimated in different ways', () => {
    const other = { ...grpo, id: 'other', name: 'other', group: 'other', checkpoints: grpo.checkpoints.map((one) => ({ ...one, metrics: { ...one.metrics, ...(one.metrics.kl ? { kl: { ...one.metrics.kl, estimator: 'k1' } } : {}) } })) };
    expect(curveSpecs(groupRuns([grpo, other]))[0]?.notes.join()).toMatch(/different ways/);
  });
});

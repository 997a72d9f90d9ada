import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupRuns } from '../../../../webview/model/groups';
import { groupSeries, meanPoints, metricReading, runPoints } from '../../../../webview/model/series';
import { panelRun, study } from '../panelRuns';

const loss = metricReading('loss');

describe('runPoints', () => {
  it('leaves out what is absent or no number, and says where each number comes from', () => {
    const run = panelRun({}, [{ step: 0 }, { step: 1, loss: NaN }, { step: 2, loss: 0.5 }]);
    expect(runPoints(run, loss)).toEqual([{ x: 2, y: 0.5, low: undefined, high: undefined, source: { run: 'run', step: 2, metric: 'loss' } }]);
  });
});

describe('meanPoints', () => {
  const line = fc.array(fc.record({ x: fc.nat(20), y: fc.double({ noNaN: true, min: -10, max: 10 }) }), { minLength: 1 });

  it('lies in its band, and between the lowest and the highest seed, at every step that any seed has reached', () => {
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      const points = meanPoints(lines);
      expect(points.map((point) => point.x)).toEqual([...new Set(lines.flat().map((point) => point.x))].sort((a, b) => a - b));
      for (const { x, y, low = y, high = y } of points) {
        const seeds = lines.flat().filter((point) => point.x === x).map((point) => point.y);
        expect(low <= y && y <= high && Math.min(...seeds) <= y + 1e-9 && y <= Math.max(...seeds) + 1e-9).toBe(true);
      }
    }));
  });

  it("has Student's band: ±4.303 standard errors for three seeds, none for one", () => {
    const [point] = meanPoints([1, 2, 3].map((y) => [{ x: 0, y }]));
    expect(point?.y).toBe(2);
    expect((point?.high ?? NaN) - 2).toBeCloseTo(4.303 / Math.sqrt(3), 3);
    expect(meanPoints([[{ x: 0, y: 1 }]])).toEqual([{ x: 0, y: 1 }]);
  });

  it('of one seed is that seed, and a constant stays constant', () => {
    const constant = [1, 2, 3].map((x) => ({ x, y: 0.25 }));
    expect(meanPoints([constant, constant]).map((point) => point.y)).toEqual([0.25, 0.25, 0.25]);
  });
});

describe('groupSeries', () => {
  it('puts the mean in front of its seeds', () => {
    const [online] = groupRuns(study());
    if (!online) throw new Error('the study has an online arm');
    const { series, notes } = groupSeries(online, metricReading('kl'), { seeds: true });
    expect(series.map((one) => [one.label, one.faint ?? false, one.points.length])).toEqual([
      ['online, mean of 3 seeds', false, 11], ['online-b0.1-s1', true, 11], ['online-b0.1-s2', true, 11], ['online-b0.1-s3', true, 11],
    ]);
    expect(notes).toEqual([]);
  });

  it('of a single run keeps its own intervals', () => {
    const [group] = groupRuns(study({ seeds: [1] }));
    if (!group) throw new Error('there is a run');
    const [line, ...others] = groupSeries(group, metricReading('winRate'), { seeds: true }).series;
    expect(others).toEqual([]);
    expect(line?.points[5]?.low).toBe(group.runs[0]?.checkpoints[5]?.metrics.winRate?.low);
  });

  it('says so when it draws fewer points than there are', () => {
    const [group] = groupRuns([panelRun({}, Array.from({ length: 3000 }, (_, step) => ({ step, loss: step })))]);
    if (!group) throw new Error('there is a run');
    const { series, notes } = groupSeries(group, loss, { seeds: true });
    expect(series[0]?.points.length).toBeLessThanOrEqual(502);
    expect(notes).toEqual(['run: 1 of every 8 points is drawn; tables and exports hold all of them.']);
  });
});

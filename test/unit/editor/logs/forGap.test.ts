import { describe, expect, it } from 'vitest';
import { performanceGap } from '../../../../src/core/analysis';
import type { Run } from '../../../../src/core/run/types';
import { forGap } from '../../../../src/editor/panels/model/forGap';
import { syntheticStudy } from '../../../fixtures/study';

const own = syntheticStudy();
const foreign = own.map((run): Run => ({ ...run, source: 'trl', ...{ key: run.id } }));

describe('what is sent for a gap', () => {
  it('is our own runs as they are', () => expect(own.map(forGap)).toEqual(own));
  it('is of others what the gap is made of, and no more', () => {
    const sent = foreign.map(forGap);
    expect(performanceGap(sent)).toEqual(performanceGap(foreign));
    expect(new Set(sent.flatMap(({ checkpoints }) => checkpoints.flatMap(({ metrics }) => Object.keys(metrics))))).toEqual(new Set(['kl', 'winRate']));
  });
  it('is a few checkpoints of a run that has none with both', () => {
    const [run] = foreign;
    const checkpoints = Array.from({ length: 500 }, (_, step) => ({ step, metrics: {}, raw: {} }));
    expect(run && forGap({ ...run, checkpoints }).checkpoints).toHaveLength(50);
  });
});

import { describe, expect, it } from 'vitest';
import { judgeWarnings } from '../../../../src/core/run/judge';

describe('judgeWarnings', () => {
  it.each<{ name: string; golden: Record<string, number | string>; expected: RegExp | undefined }>([
    { name: 'a golden rule has no accuracy to doubt', golden: { form: 'rule' }, expected: undefined },
    { name: 'chance is said loudly', golden: { heldOutAccuracy: 0.5, heldOutPairs: 400 }, expected: /50\.0% of 400 held-out pairs .*not above chance/ },
    { name: 'just above a half of few pairs is still chance', golden: { heldOutAccuracy: 0.57, heldOutPairs: 100 }, expected: /not above chance/ },
    { name: 'better than chance is measured all the same', golden: { heldOutAccuracy: 0.6, heldOutPairs: 460 }, expected: /interval 55\.5% to 64\.4%\): trust what it judges no further/ },
  ])('$name', ({ golden, expected }) => {
    const warnings = judgeWarnings({ stageFacts: { golden } });
    if (expected === undefined) expect(warnings).toEqual([]);
    else expect(warnings[0]?.message).toMatch(expected);
  });

  it('says nothing before the stages are there', () => {
    expect(judgeWarnings({})).toEqual([]);
  });
});

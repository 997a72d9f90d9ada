import { describe, expect, it } from 'vitest';
import { TimeLeft, timeLeftText, type TimedJob } from '../../../src/launch/timeLeft';

const job = (id: string, state: TimedJob['state'], fraction: number, group = 'online'): TimedJob => ({ id, group, state, fraction });
const expected = (id: string, state: TimedJob['state'], ms: number): TimedJob => ({ ...job(id, state, 0, 'expected'), expected: ms });
type Look = readonly [now: number, jobs: readonly TimedJob[], left: number | undefined];

describe('time left', () => {
  it.each<[string, number, readonly Look[]]>([
    ['nothing to do', 2, [[0, [], 0], [10, [job('a', 'ended', 1)], 0]]],
    ['a run by its own pace', 1, [[0, [job('a', 'running', 0)], undefined], [1000, [job('a', 'running', 0.25)], 3000]]],
    ['a resumed run by what it did since', 1, [[0, [job('a', 'running', 0.5)], undefined], [1000, [job('a', 'running', 0.75)], 1000]]],
    ['too little done to tell', 1, [[0, [job('a', 'running', 0)], undefined], [1000, [job('a', 'running', 0.01)], undefined]]],
    ['a waiting run by those finished of its arm', 1, [
      [0, [job('a', 'running', 0), job('b', 'waiting', 0)], undefined],
      [1000, [job('a', 'running', 0.5), job('b', 'waiting', 0)], undefined],
      [2000, [job('a', 'ended', 1), job('b', 'waiting', 0)], 2000],
      [2000, [job('a', 'ended', 1), job('b', 'running', 0)], 2000],
    ]],
    ['not by those of another arm', 1, [[0, [job('a', 'running', 0)], undefined], [2000, [job('a', 'ended', 1), job('b', 'waiting', 0, 'offline')], undefined]]],
    ['two at a time', 2, [
      [0, [job('a', 'running', 0)], undefined],
      [2000, [job('a', 'ended', 1), job('b', 'waiting', 0), job('c', 'waiting', 0), job('d', 'waiting', 0)], 4000],
      [2000, [job('a', 'ended', 1), job('b', 'waiting', 0)], 2000],
    ]],
    ['before any pace is known by what was expected', 1, [
      [0, [expected('a', 'waiting', 4000), expected('b', 'waiting', 2000)], 6000],
      [0, [expected('a', 'running', 4000), expected('b', 'waiting', 2000)], 6000],
      [1000, [expected('a', 'running', 4000), expected('b', 'waiting', 2000)], 5000],
      [9000, [expected('a', 'running', 4000), expected('b', 'waiting', 2000)], 2000],
    ]],
    ['what is seen counts more than what was expected', 1, [
      [0, [expected('a', 'running', 4000)], 4000],
      [1000, [{ ...expected('a', 'running', 4000), fraction: 0.1 }], 9000],
      [10_000, [{ ...expected('a', 'ended', 4000), fraction: 1 }, expected('b', 'waiting', 4000)], 10_000],
    ]],
    ['one job without either: it cannot be told', 2, [[0, [expected('a', 'running', 4000), job('b', 'waiting', 0)], undefined]]],
    ['a job waits for what it needs, though a place is free', 2, [
      [0, [expected('a', 'running', 3000), { ...expected('b', 'waiting', 2000), needs: ['a'] }, { ...expected('c', 'waiting', 1000), needs: ['elsewhere'] }], 5000],
    ]],
  ])('%s', (_, limit, looks) => {
    const clock = new TimeLeft();
    for (const [now, jobs, left] of looks) expect(clock.observe(jobs, now, limit)).toEqual(left);
  });

  it.each([[undefined, '? left'], [4000, 'a few seconds left'], [31_000, 'about 40 s left'], [61_000, 'about 2 min left'], [3_700_000, 'about 1 h 02 min left']])('%s ms: %s', (left, text) => {
    expect(timeLeftText(left)).toBe(text);
  });
});

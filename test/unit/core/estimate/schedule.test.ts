import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paceOf, wasBusy } from '../../../../src/core/estimate';
import { schedule, type SizedJob } from '../../../../src/core/estimate/schedule';

const job = (id: string, seconds: number, ...needs: string[]): SizedJob => ({ id, seconds, needs });
const makespan = (jobs: readonly SizedJob[], limit: number, slowdown?: (running: number) => number) =>
  Math.max(0, ...schedule(jobs, { limit, ...(slowdown === undefined ? {} : { slowdown }) }).map(({ end }) => end));
const twiceAsSlowTogether = (running: number) => (running > 1 ? 2 : 1);

describe('list scheduling', () => {
  it.each<[string, readonly SizedJob[], number, number]>([
    ['nothing', [], 2, 0],
    ['one after the other', [job('a', 2), job('b', 3)], 1, 5],
    ['beside each other', [job('a', 2), job('b', 3)], 2, 3],
    ['the third when the shorter one has ended', [job('a', 2), job('b', 3), job('c', 4)], 2, 6],
    ['a job waits for what it needs', [job('a', 2), job('b', 3, 'a'), job('c', 1)], 2, 5],
    ['a need that is not in the list counts as ended', [job('a', 2, 'elsewhere')], 1, 2],
    ['a place stays free while nobody may begin', [job('a', 4), job('b', 1, 'a'), job('c', 1, 'a')], 3, 5],
    ['in the order of the list, though another would end sooner', [job('a', 1), job('b', 1), job('c', 4)], 2, 5],
    ['jobs of no length', [job('a', 0), job('b', 0, 'a'), job('c', 2, 'b')], 1, 2],
  ])('%s', (_, jobs, limit, seconds) => expect(makespan(jobs, limit)).toBeCloseTo(seconds, 9));

  it.each<[string, readonly SizedJob[], number, number]>([
    ['two at half pace', [job('a', 2), job('b', 2)], 2, 4],
    ['the longer one alone again at full pace', [job('a', 1), job('b', 3)], 2, 4],
    ['one place knows no company', [job('a', 1), job('b', 3)], 1, 4],
  ])('beside others it is slower: %s', (_, jobs, limit, seconds) => expect(makespan(jobs, limit, twiceAsSlowTogether)).toBeCloseTo(seconds, 9));

  it('says who waits for whom when they wait for each other', () => {
    expect(() => schedule([job('a', 1, 'b'), job('b', 1, 'a')], { limit: 2 })).toThrow('These jobs wait for each other: a, b.');
  });
});

const seconds = fc.integer({ min: 0, max: 50 });
const independent = fc.array(seconds, { maxLength: 12 }).map((list) => list.map((one, i) => job(`j${i}`, one)));
/** Each job may need any before it. */
const dependent = fc.array(fc.tuple(seconds, fc.array(fc.nat(11), { maxLength: 3 })), { maxLength: 12 })
  .map((list) => list.map(([one, needs], i) => job(`j${i}`, one, ...needs.filter((need) => need < i).map((need) => `j${need}`))));
const limit = fc.integer({ min: 1, max: 5 });

function criticalPath(jobs: readonly SizedJob[]): number {
  const ends = new Map<string, number>();
  for (const { id, needs, seconds: own } of jobs) ends.set(id, own + Math.max(0, ...needs.map((need) => ends.get(need) ?? 0)));
  return Math.max(0, ...ends.values());
}
const total = (jobs: readonly SizedJob[]) => jobs.reduce((sum, one) => sum + one.seconds, 0);

describe('any schedule', () => {
  it('takes no less than its longest chain and its share of the work, and at most twice that (Graham 1966)', () => {
    fc.assert(fc.property(dependent, limit, (jobs, places) => {
      const least = Math.max(criticalPath(jobs), total(jobs) / places);
      const taken = makespan(jobs, places);
      expect(taken).toBeGreaterThanOrEqual(least - 1e-9);
      expect(taken).toBeLessThanOrEqual(total(jobs) / places + (1 - 1 / places) * criticalPath(jobs) + 1e-9);
    }));
  });

  it('begins nothing before its needs have ended, and runs no more than the limit', () => {
    fc.assert(fc.property(dependent, limit, (jobs, places) => {
      const scheduled = new Map(schedule(jobs, { limit: places, slowdown: (running) => 1 + running / 10 }).map((one) => [one.id, one]));
      expect(scheduled.size).toBe(jobs.length);
      for (const { id, needs } of jobs) for (const need of needs) expect(scheduled.get(id)?.begin).toBeGreaterThanOrEqual(scheduled.get(need)?.end ?? Infinity);
      const lasting = [...scheduled.values()].filter(({ begin, end }) => end > begin);
      for (const { begin } of lasting) expect(lasting.filter((other) => other.begin <= begin && other.end > begin).length).toBeLessThanOrEqual(places);
    }));
  });

  it('of independent jobs is never slower with one more place', () => {
    fc.assert(fc.property(independent, limit, (jobs, places) => { expect(makespan(jobs, places + 1)).toBeLessThanOrEqual(makespan(jobs, places) + 1e-9); }));
  });

  it('is never quicker for company', () => {
    fc.assert(fc.property(dependent, limit, (jobs, places) => {
      expect(makespan(jobs, places, twiceAsSlowTogether)).toBeGreaterThanOrEqual(makespan(jobs, places) - 1e-9);
      expect(makespan(jobs, places, twiceAsSlowTogether)).toBeLessThanOrEqual(2 * makespan(jobs, places) + 1e-9);
    }));
  });
});

describe('the pace', () => {
  const two = { alone: 1, together: 1.2, processes: 2, cores: 2 };
  const four = { alone: 1, together: 1.3, processes: 4, cores: 8 };
  it.each([
    ['one', two, 1, 1],
    ['as many as were measured', two, 2, 1.2],
    ['more than there are cores', two, 4, 2.4],
    ['between', four, 2, 1.1],
    ['beyond, while there are cores', four, 7, 1.6],
    ['one core', { alone: 1, together: 1, processes: 1, cores: 1 }, 3, 3],
    ['many threads', { alone: 0.5, together: 0.9, processes: 2, cores: 2 }, 2, 0.9],
    ['company does not quicken', { ...two, together: 0.9 }, 2, 1],
  ])('%s', (_, pace, running, factor) => expect(paceOf(pace, running)).toBeCloseTo(factor, 9));

  it.each([[1, 1.1, false], [0.6, 1.2, false], [1.5, 1.6, true], [1, 2.4, true]])('of %f alone and %f together: other work had the processor: %s', (alone, together, busy) =>
    expect(wasBusy({ ...two, alone, together })).toBe(busy));

  it('never falls as processes are added', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 }), fc.double({ min: 1, max: 4, noNaN: true }), fc.integer({ min: 1, max: 40 }), (processes, cores, together, running) => {
      const pace = { alone: 1, together, processes: Math.min(processes, cores), cores };
      expect(paceOf(pace, running + 1)).toBeGreaterThanOrEqual(paceOf(pace, running) - 1e-9);
    }));
  });
});

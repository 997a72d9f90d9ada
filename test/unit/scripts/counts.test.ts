import { describe, expect, it } from 'vitest';
import { closingLine, countResults, countVitest, judged, NOTHING, sum } from '../../../scripts/testing/counts.mjs';

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((test) => ({ status: test })) });

describe('counting the tests of vitest', () => {
  it.each([
    ['nothing ran', [], { passed: 0, failed: 0, skipped: 0 }],
    ['all kinds', [file('failed', 'passed', 'failed', 'pending', 'skipped', 'todo')], { passed: 1, failed: 1, skipped: 3 }],
    ['a file that could not be loaded', [file('failed'), file('passed', 'passed')], { passed: 1, failed: 1, skipped: 0 }],
    ['a failed hook with no failed test', [file('failed', 'passed')], { passed: 1, failed: 1, skipped: 0 }],
  ])('%s', (_, testResults, counts) => {
    expect(countVitest({ testResults })).toEqual(counts);
  });
});

describe('judging a runner', () => {
  it.each([
    ['no result file', undefined, 0, { ...NOTHING, failed: 1 }],
    ['a result file without tests', NOTHING, 0, { ...NOTHING, failed: 1 }],
    ['died after its tests had passed', { passed: 3, failed: 0, skipped: 0 }, 1, { passed: 3, failed: 1, skipped: 0 }],
    ['failures are not counted twice', { passed: 3, failed: 2, skipped: 0 }, 1, { passed: 3, failed: 2, skipped: 0 }],
    ['all well', { passed: 3, failed: 0, skipped: 1 }, 0, { passed: 3, failed: 0, skipped: 1 }],
  ])('%s', (_, counts, exitCode, verdict) => {
    expect(judged(counts, exitCode)).toEqual(verdict);
  });
});

it('sums the stages into the closing line', () => {
  const host = countResults({ results: [{ state: 'passed' }, { state: 'failed' }, { state: 'skipped' }, { state: 'passed' }] });
  expect(closingLine(sum([host, { passed: 1, failed: 0, skipped: 0 }]))).toBe('3 passed, 1 failed, 1 skipped');
});

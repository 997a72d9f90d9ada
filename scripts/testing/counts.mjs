/** Reads what the test runners wrote. A runner that wrote nothing, or died with nothing failed, counts as one failure. */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Readonly<Counts>} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  return all.reduce((total, { passed, failed, skipped }) => ({ passed: total.passed + passed, failed: total.failed + failed, skipped: total.skipped + skipped }), NOTHING);
}

/**
 * The last line of `npm test`.
 * @param {Counts} counts
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * What a runner's exit code adds to its own result file.
 * @param {Counts | undefined} counts
 * @param {number} exitCode
 * @returns {Counts}
 */
export function judged(counts, exitCode) {
  if (counts === undefined || counts.passed + counts.failed + counts.skipped === 0) return { ...NOTHING, failed: 1 };
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * vitest's JSON reporter. A file that could not be loaded has no tests in it and is one failure.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @returns {Counts}
 */
export function countVitest({ testResults }) {
  return sum(testResults.map(({ status, assertionResults }) => {
    const counts = { ...NOTHING };
    for (const test of assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    return status === 'failed' && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  }));
}

/**
 * The shape in which host tests and journeys report (test/harness/results.ts).
 * @param {{ results: { state: string }[] }} report
 * @returns {Counts}
 */
export function countResults({ results }) {
  /** @param {string} state */
  const having = (state) => results.filter((result) => result.state === state).length;
  return { passed: having('passed'), failed: having('failed'), skipped: having('skipped') };
}

/**
 * @template T
 * @param {string} file
 * @param {(report: T) => Counts} count
 * @returns {Counts | undefined} undefined when there is no file, or it is not JSON because its writer died
 */
export function countFile(file, count) {
  if (!existsSync(file)) return undefined;
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The one shape in which host tests and journeys report; `npm test` reads it and counts a missing file as a failure. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  /** The stack of a failure, or the reason of a skip. */
  readonly message?: string;
}

export function writeResults(file: string, results: readonly TestResult[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ results }, null, 2));
}

export function printResult({ state, ms, title, message }: TestResult): void {
  console.log(`  ${state} ${(ms / 1000).toFixed(1).padStart(6)} s  ${title}${message === undefined ? '' : `\n${message}`}`);
}

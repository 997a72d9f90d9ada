/** The loop of every fuzzer, and what must hold of whatever a reader makes. */
import { expect } from 'vitest';
import type { RawLog } from '../../../src/importers/contract';
import { toRun } from '../../../src/importers/meaning';
import { randomOf, SEED, type Random } from './mutate';

export const TIMEOUT = 15 * 60_000;
/** Making a run of what was read is slower than reading it: every so many inputs. */
const RUN_EVERY = 16;
const REST_EVERY = 1000;

/** What is to be done with one input; `makesRun` where a run is to be made of it too. */
export type LookAt = (bytes: Uint8Array<ArrayBuffer>, makesRun: boolean) => void | Promise<void>;

/** Runs `look` on `count` inputs; a failure names the input's number and its bytes. */
export async function fuzz(count: number, make: (random: Random) => Uint8Array<ArrayBuffer>, look: LookAt): Promise<void> {
  const random = randomOf(SEED);
  for (let number = 0; number < count; number += 1) {
    // The test runner gives up on a process that answers nothing for a minute.
    if (number % REST_EVERY === 0) await new Promise(setImmediate);
    const bytes = make(random);
    try {
      await look(bytes, number % RUN_EVERY === 0);
    } catch (error) {
      throw new Error(`input ${number} of seed ${SEED}: ${Buffer.from(bytes).toString('hex').slice(0, 4000)}`, { cause: error });
    }
  }
}

/** What a reader makes must hold together whatever it was made of. */
export function check(log: RawLog): void {
  const run = toRun(log, 1_800_000_000_000);
  const steps = run.checkpoints.map(({ step }) => step);
  expect(steps.every((step, i) => i === 0 || step > steps[i - 1]!)).toBe(true);
  JSON.stringify(run);
}

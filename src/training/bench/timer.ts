/** Times a step that is repeated: first the steps that compile, then its lasting pace. */
export type Step = () => void | Promise<void>;

/** Fewer tell nothing of a pace, however slow the backend is. */
const LEAST_STEPS = 3;
/** Code is compiled in the first steps; what disturbs later ones is something else. */
const WARMING_STEPS = 3;

/** Seconds a step at its lasting pace, and what the first steps took above it. */
export interface StepCost {
  readonly seconds: number;
  readonly warmUp: number;
}

/**
 * Repeats `step` for about `budget` seconds. The later half tells the pace, by its median: other work on the machine comes in
 * bursts, which would otherwise be taken for the pace. What the first steps took above it is warm-up.
 */
export async function timeStep(step: Step, budget: number, now = (): number => performance.now()): Promise<StepCost> {
  const times: number[] = [];
  const began = now();
  while (times.length < LEAST_STEPS || now() - began < 1000 * budget) {
    const start = now();
    await step();
    times.push((now() - start) / 1000);
  }
  const half = Math.floor(times.length / 2);
  const seconds = median(times.slice(half));
  const first = times.slice(0, Math.min(half, WARMING_STEPS));
  return { seconds, warmUp: Math.max(0, sum(first) - first.length * seconds) };
}

/** Seconds that `work` takes, and what it answers. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The lower of the two in the middle: of a few steps, most were disturbed when one was. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

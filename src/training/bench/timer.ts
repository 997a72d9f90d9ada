/** Times a step that is repeated: first the steps that compile, then its lasting pace. */
export type Step = () => void | Promise<void>;

/** Fewer tell nothing of a pace, however slow the backend is. */
const LEAST_STEPS = 3;

/** Seconds a step at its lasting pace, and what the first steps took above it. */
export interface StepCost {
  readonly seconds: number;
  readonly warmUp: number;
}

/** Repeats `step` for about `budget` seconds. The later half tells the pace; what the earlier half took above it is warm-up. */
export async function timeStep(step: Step, budget: number): Promise<StepCost> {
  const times: number[] = [];
  const began = performance.now();
  while (times.length < LEAST_STEPS || performance.now() - began < 1000 * budget) {
    const start = performance.now();
    await step();
    times.push((performance.now() - start) / 1000);
  }
  const half = Math.floor(times.length / 2);
  const seconds = mean(times.slice(half));
  return { seconds, warmUp: Math.max(0, sum(times.slice(0, half)) - half * seconds) };
}

/** Seconds that `work` takes, and what it answers. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

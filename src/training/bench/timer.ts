/** Times steps that are repeated: first warmed up, then at their lasting pace. */

export type Step = () => void | Promise<void>;

/** Of one step at its lasting pace. */
export interface StepCost {
  /** Processor seconds: user and system, all threads. */
  readonly processor: number;
  readonly wall: number;
  readonly steps: number;
}

/** Times in ms since any moment. */
export interface Clock {
  readonly wall: () => number;
  readonly processor: () => number;
}

const CLOCK: Clock = {
  wall: () => performance.now(),
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** Code is compiled in the first steps. */
const WARMING_STEPS = 3;
/** Fewer tell nothing of a pace, however slow the backend is. */
const LEAST_STEPS = 2;

/** @returns processor seconds of each of the first steps. */
export async function warmUp(step: Step, clock: Clock = CLOCK): Promise<number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < WARMING_STEPS; i += 1) {
    const start = clock.processor();
    await step();
    seconds.push((clock.processor() - start) / 1000);
  }
  return seconds;
}

/** Repeats a step that is warm for about `budget` seconds of wall time. */
export async function timeStep(step: Step, budget: number, clock: Clock = CLOCK): Promise<StepCost> {
  const [wall, processor] = [clock.wall(), clock.processor()];
  let steps = 0;
  while (steps < LEAST_STEPS || clock.wall() - wall < 1000 * budget) {
    await step();
    steps += 1;
  }
  return { processor: (clock.processor() - processor) / 1000 / steps, wall: (clock.wall() - wall) / 1000 / steps, steps };
}

/** Seconds of several kinds of step by name, and what the first steps of all of them took above their pace. */
export interface StepCosts<K extends string> {
  readonly costs: Readonly<Record<K, number>>;
  readonly warmUp: number;
  /** Wall ÷ processor time of all that was timed. */
  readonly pace: number;
}

/** All are warmed up before the first one is timed: they share much of their code, and its compiling would be taken for the pace. */
export async function timeSteps<K extends string>(steps: Readonly<Record<K, Step>>, budget: number, clock: Clock = CLOCK): Promise<StepCosts<K>> {
  const named = Object.entries(steps) as [K, Step][];
  const first = new Map<K, readonly number[]>();
  for (const [name, step] of named) first.set(name, await warmUp(step, clock));
  const timed = new Map<K, StepCost>();
  for (const [name, step] of named) timed.set(name, await timeStep(step, budget, clock));
  const above = named.map(([name]) => (first.get(name) ?? []).reduce((sum, one) => sum + one - (timed.get(name)?.processor ?? 0), 0));
  const spent = (time: 'wall' | 'processor') => [...timed.values()].reduce((sum, cost) => sum + cost.steps * cost[time], 0);
  return {
    costs: Object.fromEntries([...timed].map(([name, { processor }]) => [name, processor])) as Record<K, number>,
    warmUp: Math.max(0, above.reduce((sum, one) => sum + one, 0)),
    pace: spent('wall') / spent('processor'),
  };
}

/** Processor seconds that `work` takes, and what it answers. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const start = CLOCK.processor();
  const value = await work();
  return { value, seconds: (CLOCK.processor() - start) / 1000 };
}

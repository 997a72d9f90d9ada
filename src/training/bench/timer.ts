/** Times a step that is repeated: first the steps that compile, then its lasting pace. */
export type Step = () => void | Promise<void>;

/** Fewer tell nothing of a pace, however slow the backend is. */
const LEAST_STEPS = 3;
/** Code is compiled in the first steps; what disturbs later ones is something else. */
const WARMING_STEPS = 3;

/** Of one step at its lasting pace. */
export interface StepCost {
  /** Processor seconds: user and system, all threads. */
  readonly processor: number;
  readonly wall: number;
  /** Processor seconds that the first steps took above the lasting pace. */
  readonly warmUp: number;
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

/** Repeats `step` for about `budget` seconds of wall time. The later half tells the pace; what the first steps took above it is warm-up. */
export async function timeStep(step: Step, budget: number, clock: Clock = CLOCK): Promise<StepCost> {
  // After so many steps, the times since the first began.
  const marks = [{ wall: 0, processor: 0 }];
  const [wall, processor] = [clock.wall(), clock.processor()];
  while (marks.length <= LEAST_STEPS || clock.wall() - wall < 1000 * budget) {
    await step();
    marks.push({ wall: clock.wall() - wall, processor: clock.processor() - processor });
  }
  const steps = marks.length - 1;
  const half = Math.floor(steps / 2);
  const between = (time: 'wall' | 'processor', from: number, to: number) => ((marks[to]?.[time] ?? 0) - (marks[from]?.[time] ?? 0)) / 1000;
  const later = between('processor', half, steps) / (steps - half);
  const first = Math.min(half, WARMING_STEPS);
  return { processor: later, wall: between('wall', half, steps) / (steps - half), warmUp: Math.max(0, between('processor', 0, first) - first * later) };
}

/** Processor seconds that `work` takes, and what it answers. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const start = CLOCK.processor();
  const value = await work();
  return { value, seconds: (CLOCK.processor() - start) / 1000 };
}

/** Interleaved rounds: whatever slows the machine down for a while slows all engines alike. */
import type { Workload } from '../workloads';
import type { EngineProcess } from './engineProcess';

/** Processor milliseconds a call over the rounds. */
export interface Figure { readonly median: number; readonly low: number; readonly high: number; readonly calls: number }

export interface RoundSettings {
  readonly rounds: number;
  /** Each engine works about this long a round, in ms of processor time. */
  readonly budget: number;
}

const WARM_UP_CALLS = 3;

export async function measureRounds(engines: readonly EngineProcess[], workload: Workload, { rounds, budget }: RoundSettings): Promise<ReadonlyMap<EngineProcess, Figure>> {
  const calls = new Map<EngineProcess, number>();
  for (const engine of engines) {
    await engine.measure(workload, WARM_UP_CALLS);
    calls.set(engine, Math.max(1, Math.round(budget / Math.max(0.01, await engine.measure(workload, 1)))));
  }
  const times = new Map(engines.map((engine) => [engine, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const engine of engines) times.get(engine)?.push(await engine.measure(workload, calls.get(engine) ?? 1));
  }
  return new Map(engines.map((engine) => [engine, figureOf(times.get(engine) ?? [], calls.get(engine) ?? 1)]));
}

export function figureOf(times: readonly number[], calls: number): Figure {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), low: at(0), high: at(1), calls };
}

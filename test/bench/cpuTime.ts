/** What work costs the processor, so that other work on the machine counts little. */

/** CPU seconds of this process while `work` is done, in user and system mode. */
export async function cpuSeconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The upper one of two in the middle; NaN of nothing. */
export const median = (of: readonly number[]): number => [...of].sort((a, b) => a - b)[of.length >> 1] ?? NaN;

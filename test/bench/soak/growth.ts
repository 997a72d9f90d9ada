/** Whether a long training run keeps memory. */

export interface Sample {
  readonly step: number;
  readonly tensors: number;
  readonly tensorBytes: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** Resident memory moves with the garbage collector; a leak of a kilobyte a step makes 10 MB of ten thousand. */
const RESIDENT_SLACK = 8 * 2 ** 20;

/**
 * What grew, one sentence each. Tensors and their bytes must be the same at every sample; the wasm heap may find its size in
 * the first quarter; resident memory is compared between the second and the last quarter, by medians.
 */
export function growth(samples: readonly Sample[]): string[] {
  const quarter = Math.floor(samples.length / 4);
  const [settled, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  const found: string[] = [];
  for (const what of ['tensors', 'tensorBytes'] as const) {
    const values = samples.map((sample) => sample[what]);
    if (new Set(values).size > 1) found.push(`${what} go from ${Math.min(...values)} to ${Math.max(...values)}`);
  }
  const heap = (of: readonly Sample[]): number => Math.max(...of.map(({ heapBytes }) => heapBytes));
  if (heap(late) > heap(settled)) found.push(`the wasm heap goes from ${heap(settled)} to ${heap(late)} bytes`);
  const [before, after] = [median(settled), median(late)];
  if (after - before > RESIDENT_SLACK) found.push(`resident memory goes from ${before} to ${after} bytes`);
  return found;
}

function median(samples: readonly Sample[]): number {
  const sorted = samples.map(({ residentBytes }) => residentBytes).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

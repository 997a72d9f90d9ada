/** How far a reading is, in words. */
import path from 'node:path';
import type { LogProgress } from '../requests';

/** `metrics.jsonl, 45% of 200 MB`; a file that grows meanwhile never goes beyond 100. */
export function progressWords({ path: file, bytesRead, bytesTotal }: LogProgress): { readonly message: string; readonly percent: number } {
  const percent = bytesTotal <= 0 ? 0 : Math.min(100, Math.floor((100 * bytesRead) / bytesTotal));
  return { message: `${path.basename(file)}, ${percent}% of ${(bytesTotal / 1e6).toFixed(bytesTotal < 1e7 ? 1 : 0)} MB`, percent };
}

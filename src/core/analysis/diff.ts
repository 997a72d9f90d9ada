/** Two runs side by side. */
import type { Run } from '../run/types';
import type { RunDiff } from './diffTypes';

export function diffRuns(a: Run, b: Run): RunDiff {
  const notes = a.id === b.id ? ['A run is compared with itself.'] : [];
  return { config: [], outcome: [], environment: [], matchedKl: [], notes };
}

/** A run's configuration as a document for the native diff: same order of keys on both sides, nothing of where it lies. */
import type { Run } from '../../../core/run/types';
import { sorted } from './sortedJson';

export const normalisedConfiguration = (run: Run): string => `${sorted(run.config, 2)}\n`;

export const diffTitle = (a: Run, b: Run): string => {
  const [left, right] = a.name === b.name ? [a.id, b.id] : [a.name, b.name];
  return `${left} ↔ ${right} (configuration)`;
};

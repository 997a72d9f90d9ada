/**
 * Several event files of one run as one: in the order of the times in their names, a later file takes the place of what an
 * earlier attempt wrote from its first step on, as TensorBoard purges it. Pure.
 */
import type { Point } from '../framing/rows';
import type { EventFile } from './raw';

export interface Merged {
  /** Tag → its points, in the order of writing. */
  readonly points: ReadonlyMap<string, readonly Point[]>;
  /** Where a later file began anew, and how many points it replaced. */
  readonly restarts: readonly { readonly step: number; readonly replaced: number }[];
}

/** `events.out.tfevents.<unix s>.<host>.<pid>.<n>`: by that time, then by the rest of the name. */
export function byTime(a: string, b: string): number {
  return startOf(a) - startOf(b) || (a < b ? -1 : Number(a > b));
}
const startOf = (name: string): number => Number(/tfevents\.(\d+)/.exec(name)?.[1] ?? 0);

/** @param files in the order of `byTime` */
export function merge(files: readonly EventFile[]): Merged {
  const points = new Map<string, Point[]>();
  const restarts: { step: number; replaced: number }[] = [];
  for (const file of files) {
    if (isRestart(file, points)) {
      const replaced = purge(points, file.firstStep);
      if (replaced > 0) restarts.push({ step: file.firstStep, replaced });
    }
    for (const step of file.restarts) purge(points, step - 1);
    for (const [tag, { points: columns }] of file.series) {
      if (columns.length === 0) continue;
      const known = points.get(tag) ?? [];
      for (const point of columns) known.push(point);
      points.set(tag, known);
    }
  }
  return { points, restarts };
}

/**
 * A second writer of a run (evaluation beside training) is no restart: only who writes a tag again at a step that is there is.
 */
function isRestart(file: EventFile, points: ReadonlyMap<string, readonly Point[]>): boolean {
  for (const [tag, { points: columns }] of file.series) {
    const known = points.get(tag);
    if (columns.length > 0 && known?.some(({ step }) => step >= file.firstStep) === true) return true;
  }
  return false;
}

/**
 * Drops what lies after `from`. At that step itself an earlier point stays and is written over tag by tag: a file may begin
 * in the middle of a step.
 */
function purge(points: Map<string, Point[]>, from: number): number {
  let replaced = 0;
  for (const [tag, known] of points) {
    const kept = known.filter(({ step }) => step <= from);
    replaced += known.length - kept.length;
    points.set(tag, kept);
  }
  return replaced;
}

/** From the event files of a run to its raw log. Pure. */
import type { RunWarning } from '../../core/run/types';
import type { RawLog } from '../contract';
import { dated } from '../framing/dates';
import { rowsOf, type Point } from '../framing/rows';
import { merge, type Merged } from './merge';
import type { EventFile } from './raw';
import { settingsOf } from './settings';

/** The event files of one folder of a run: the run's own, or those of a split (`train`, `validation`), which name its tags. */
export interface Part {
  /** Empty for the run's own folder. */
  readonly split: string;
  /** In the order in which they were begun. */
  readonly files: readonly EventFile[];
}

export interface ModelInput {
  readonly path: string;
  readonly parts: readonly Part[];
  readonly warnings: readonly RunWarning[];
  readonly modifiedAt?: number;
  /** Default: from the path. */
  readonly name?: string;
  readonly experiment?: string;
}

export function rawLog({ path, parts, warnings, modifiedAt, name, experiment }: ModelInput): RawLog {
  const merged = parts.map(({ split, files }) => ({ split, ...merge(files) }));
  const files = parts.flatMap((part) => part.files);
  const { config, problems, session } = settingsOf(files);
  const rows = rowsOf(named(merged));
  const first = rows.reduce((least, { time }) => Math.min(least, time ?? Infinity), session.startedAt ?? Infinity);
  return {
    source: 'tensorboard',
    path,
    ...(name === undefined ? {} : { name }),
    ...(experiment === undefined ? {} : { experiment }),
    rows,
    config,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(session.status === undefined ? {} : { status: session.status }),
    ...dated('createdAt', first * 1000),
    ...dated('endedAt', (session.endedAt ?? NaN) * 1000),
    warnings: [
      ...warnings,
      ...problems.map((message) => ({ code: 'hparams', message })),
      ...merged.flatMap(restarted),
      ...(rows.length === 0 ? [{ code: 'no-numbers', message: 'No number was logged here yet: pictures, text and graphs are not shown.' }] : []),
    ],
  };
}

const restarted = ({ split, restarts }: Merged & { split: string }): RunWarning[] =>
  restarts.map(({ step, replaced }) => ({
    code: 'restarted',
    message: `The run was restarted: ${replaced} points after step ${step} of an earlier attempt were replaced.`,
    ...(split === '' ? {} : { at: split }),
  }));

/** A tag of a split is named `<split>/<tag>`. */
function* named(parts: readonly (Merged & { split: string })[]): Generator<[string, readonly Point[]]> {
  for (const { split, points } of parts) for (const [tag, series] of points) yield [split === '' ? tag : `${split}/${tag}`, series];
}

/** `trainer_log.jsonl` with what the Trainer's state beside it adds: the held-out accuracy stands only there. Pure. */
import type { RunWarning } from '../../core/run/types';
import type { RawLog } from '../contract';
import { withoutSecrets } from '../meaning';
import type { LogLines } from './read';

interface LlamaFactoryParts {
  readonly path: string;
  readonly lines: LogLines;
  readonly modifiedAt: number;
  /** As the transformers importer reads it, where there is one. */
  readonly state?: RawLog;
  readonly config: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
  readonly warnings: readonly RunWarning[];
}

export function llamaFactoryLog({ path, lines, modifiedAt, state, config, files, warnings }: LlamaFactoryParts): RawLog {
  const totalSteps = lines.totalSteps ?? state?.totalSteps;
  return {
    ...state,
    source: 'llamafactory',
    path,
    // Values of the state come last: they are not rounded to four places.
    rows: [...lines.store.rows(), ...(state?.rows ?? [])],
    config: { ...state?.config, ...withoutSecrets(config) },
    environment: { ...state?.environment, files, ...(lines.duplicates === 0 ? {} : { duplicateLines: lines.duplicates }) },
    ...(totalSteps === undefined ? {} : { totalSteps }),
    modifiedAt: Math.max(modifiedAt, state?.modifiedAt ?? 0),
    warnings: [...warnings, ...(state?.warnings ?? []), ...lines.store.warnings()],
  };
}

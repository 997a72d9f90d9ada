/** From what a log tells to the canonical run. Pure. */
import type { Run } from '../../core/run/types';
import type { RawLog } from '../contract';
import { identityOf } from './identity';
import { joinRows } from './joinRows';

/** @param now milliseconds since the epoch; a log that ends without a word is running while it is younger than a quarter of an hour */
export function toRun(log: RawLog, now = Date.now()): Run {
  const { id, name, experiment } = identityOf(log);
  void now;
  return {
    id, name, experiment,
    path: log.path, source: log.source, status: log.status ?? 'finished', arm: 'unknown', sampling: 'unknown', objective: 'unknown',
    config: log.config, environment: log.environment ?? {},
    checkpoints: joinRows(log.rows).map(({ step, values }) => ({ step, metrics: {}, raw: values })),
    warnings: log.warnings,
  };
}

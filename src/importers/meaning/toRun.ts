/** From what a log tells to the canonical run. Pure. */
import { METRICS, type Estimate, type MetricName } from '../../core/run/metrics';
import type { Checkpoint, Run } from '../../core/run/types';
import type { RawLog, RawRow, StepAxis } from '../contract';
import { numberAt, seedOf } from './configuration';
import { checkpointOf, readingsOf, type Reading } from './estimates';
import { identityOf } from './identity';
import { joinRows } from './joinRows';
import { mappedReadings } from './mapped';
import { missingNotes } from './missing';
import { klNotes, lookAlikes, notNumbers, qualityNotes } from './notes';
import { recognise, type Recognised } from './recognise';
import { endingOf } from './status';

/** @param now milliseconds since the epoch; a log that ends without a word is running while it is younger than a quarter of an hour */
export function toRun(log: RawLog, now = Date.now()): Run {
  const rows = joinRows(log.rows);
  const keys = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  const known = recognise(log, keys);
  const readings = new Map([...readingsOf(known.dialect.rules, known.names, known.beta), ...mappedReadings(log.mapping, keys)]);
  const axis = log.axis ?? axisOf(known, log.source);
  const checkpoints = rows.map((row) => withAxes(checkpointOf(row, readings), { row, start: rows[0]?.time, isUpdates: axis === 'policy updates' }));
  const lastStep = log.lastStep ?? rows.at(-1)?.step;
  const ending = endingOf(log, lastStep, now);
  const seed = log.mapping?.seed ?? seedOf(log.config);
  const beta = known.beta ?? loggedBeta(known, readings, checkpoints);
  return {
    ...identityOf({ ...log, ...(log.mapping?.name === undefined ? {} : { name: log.mapping.name }) }),
    path: log.path,
    source: log.source,
    status: ending.status,
    ...(log.failure === undefined ? {} : { failure: log.failure }),
    arm: known.objective,
    sampling: known.sampling,
    objective: known.objective,
    ...(beta === undefined ? {} : { beta }),
    ...(seed === undefined ? {} : { seed }),
    config: log.config,
    environment: environmentOf(log, known, { axis, statusReason: ending.reason }),
    ...progressOf(log, lastStep),
    checkpoints,
    warnings: [
      ...log.warnings,
      ...notNumbers(rows),
      ...klNotes(readings), ...qualityNotes(readings), ...lookAlikes(known.dialect, known.names),
      ...(known.sampling === 'unknown' ? [{ code: 'sampling-unknown', message: `Online or offline is not known: ${known.samplingReason}.` }] : []),
      ...missingNotes(known.dialect, known.sampling, checkpoints),
    ],
    ...(log.createdAt === undefined ? {} : { createdAt: log.createdAt }),
    ...(log.endedAt === undefined ? {} : { endedAt: log.endedAt }),
  };
}

/** The Trainer of transformers counts optimizer updates, whatever it trains. */
function axisOf({ dialect }: Recognised, source: RawLog['source']): StepAxis {
  const isTrainer = source === 'trl' || source === 'llamafactory';
  return dialect.axis === 'unknown' && isTrainer ? 'policy updates' : dialect.axis ?? 'policy updates';
}

/** The axes that rows carry besides their values: updates where the step counts them, and the clock. */
function withAxes(checkpoint: Checkpoint, { row, start, isUpdates }: { row: RawRow; start: number | undefined; isUpdates: boolean }): Checkpoint {
  const axes: Partial<Record<MetricName, Estimate>> = {
    ...(isUpdates ? { policyUpdates: { value: row.step, unit: METRICS.policyUpdates.unit, from: ['step'] } } : {}),
    ...wallTimeOf(row, start),
  };
  return { ...checkpoint, metrics: { ...axes, ...checkpoint.metrics } };
}

function wallTimeOf({ time, elapsed }: RawRow, start: number | undefined): Partial<Record<MetricName, Estimate>> {
  const value = elapsed ?? (time === undefined || start === undefined ? undefined : time - start);
  return value === undefined || !(value >= 0) ? {} : { wallTime: { value, unit: METRICS.wallTime.unit, from: [elapsed === undefined ? 'time' : 'elapsed'] } };
}

/** A coefficient that the log repeats at each step and that never changed is the run's β. */
function loggedBeta({ dialect }: Recognised, readings: ReadonlyMap<MetricName, Reading>, checkpoints: readonly Checkpoint[]): number | undefined {
  const reading = readings.get('klCoefficient');
  if (reading === undefined || dialect.betaKeys === undefined) return undefined;
  const values = checkpoints.flatMap(({ metrics }) => metrics.klCoefficient?.value ?? []);
  const [first] = values;
  return first !== undefined && values.every((value) => Math.abs(value - first) <= 1e-6 * Math.abs(first)) ? first : undefined;
}

function environmentOf(log: RawLog, known: Recognised, more: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    ...log.environment,
    algorithm: known.dialect.label,
    algorithmReason: known.reason,
    samplingReason: known.samplingReason,
    ...(known.betaFrom === undefined ? {} : { betaFrom: known.betaFrom }),
    ...more,
  };
}

function progressOf(log: RawLog, lastStep: number | undefined): Pick<Run, 'progress'> {
  const steps = log.totalSteps ?? numberAt(log.config, ['max_steps'])?.value;
  if (lastStep === undefined || steps === undefined || steps <= 0) return {};
  return { progress: { step: lastStep, steps: Math.max(steps, lastStep) } };
}

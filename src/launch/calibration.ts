/**
 * What was measured, remembered for this machine, so that an estimate is there before a study starts and nothing is measured
 * twice. It lies in the user's cache folder and not beside the runs: a speed belongs to the machine, a runs folder may be
 * copied to another one or shared by several, and a new workspace has its estimate at once. Losing it costs a few seconds.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RunConfig } from '../core/experiment/config';
import { ENGINE_NAMES, findEngine } from '../engines';
import { writeFileAtomic } from '../runlog';
import type { MeasuredStudy } from './bench';
import { VERSION } from './version';

/** A folder in place of the one that the system has for caches. */
const CACHE_VARIABLE = 'ALIGNMENT_GAP_CACHE';

const FORMAT = 'alignment-gap/calibration@1';
/** Machines change in ways that no key tells: drivers, firmware, what else runs on them. */
const LASTS_MS = 30 * 24 * 3600 * 1000;

export interface Calibration extends MeasuredStudy {
  readonly format: typeof FORMAT;
  /** What was measured and where, for the reader; the file's name is their digest. */
  readonly key: CalibrationKey;
  readonly measuredAt: string;
}

export interface CalibrationKey {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Size and time of the training program: another build may have other kernels. */
  readonly trainer: string;
  /** Where a native backend was looked for. */
  readonly native: string;
  /** All of the configuration that shapes a step or a shared stage. */
  readonly work: unknown;
}

function cacheFolder(): string {
  const named = process.env[CACHE_VARIABLE] ?? '';
  if (named !== '') return path.resolve(named);
  switch (process.platform) {
    case 'win32':
      return path.join(process.env.LOCALAPPDATA ?? path.join(os.homedir(), 'AppData', 'Local'), 'alignment-gap', 'Cache');
    case 'darwin':
      return path.join(os.homedir(), 'Library', 'Caches', 'alignment-gap');
    default:
      return path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'alignment-gap');
  }
}

/** Seeds, steps, β, rates and arms change how often a step is done, not what it costs: they share a calibration. */
export function calibrationKey({ task, policy, batchSize, evaluation, stages, backend }: RunConfig, trainerPath: string): CalibrationKey {
  return {
    version: VERSION,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    trainer: fileMark(trainerPath),
    native: ENGINE_NAMES.map((engine) => findEngine(engine)?.folder ?? '').filter(Boolean).join(path.delimiter),
    work: { task, file: typeof task === 'string' ? '' : fileMark(task.pairs), policy, batchSize, evaluation, stages, backend },
  };
}

function fileMark(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false });
  return status === undefined ? 'absent' : `${status.size} bytes ${status.mtimeMs}`;
}

export function calibrationFile(key: CalibrationKey): string {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 20);
  return path.join(cacheFolder(), 'calibration', `${digest}.json`);
}

/** Undefined where nothing was measured, it is too old, or the file is not one of ours: then it is measured again. */
export async function readCalibration(config: RunConfig, trainerPath: string): Promise<Calibration | undefined> {
  try {
    const value = JSON.parse(await readFile(calibrationFile(calibrationKey(config, trainerPath)), 'utf8')) as Partial<Calibration>;
    const isOurs = value.format === FORMAT && isNumbers(value.costs) && isNumbers(value.pace);
    return isOurs && Date.now() - Date.parse(value.measuredAt ?? '') < LASTS_MS ? (value as Calibration) : undefined;
  } catch {
    // Not there, or torn: an estimate is a courtesy, and what is wrong here is mended by measuring.
    return undefined;
  }
}

/** Costs are finite numbers, wherever they lie: one that is not would make every estimate NaN. */
const isNumbers = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.values(value).every((one) => (typeof one === 'object' ? isNumbers(one) : Number.isFinite(one))) : false;

/** @returns the file. @throws RunLogError when it cannot be written. */
export async function keepCalibration(config: RunConfig, trainerPath: string, measured: MeasuredStudy): Promise<string> {
  const key = calibrationKey(config, trainerPath);
  const file = calibrationFile(key);
  const calibration: Calibration = { format: FORMAT, key, measuredAt: new Date().toISOString(), ...measured };
  await writeFileAtomic(file, `${JSON.stringify(calibration, null, 2)}\n`);
  return file;
}

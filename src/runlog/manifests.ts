/** `run.json` and `experiment.json`, read and checked as far as readers rely on them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RUN_FORMAT, type ExperimentManifest, type RunManifest } from '../core/run/events';
import { readAdvice, RunLogError } from './errors';
import { EXPERIMENT_FILE, RUN_FILE } from './paths';

/** @throws RunLogError where there is no `run.json`, it is not JSON, or of a format we do not know */
export async function readRunManifest(runDirectory: string): Promise<RunManifest> {
  const file = path.join(runDirectory, RUN_FILE);
  const value = await readObject(file, 'the run');
  checkFormat(value, RUN_FORMAT, file);
  requireFields(file, { id: isText(value.id), name: isText(value.name), experiment: isText(value.experiment), config: isConfig(value.config) });
  return value as unknown as RunManifest;
}

/** @throws RunLogError likewise */
export async function readExperimentManifest(experimentDirectory: string): Promise<ExperimentManifest> {
  const file = path.join(experimentDirectory, EXPERIMENT_FILE);
  const value = await readObject(file, 'the experiment');
  checkFormat(value, 'alignment-gap/experiment-directory@1', file);
  requireFields(file, { name: isText(value.name), runs: Array.isArray(value.runs) && value.runs.every(isText) });
  return value as unknown as ExperimentManifest;
}

type Fields = Readonly<Record<string, unknown>>;

async function readObject(file: string, what: string): Promise<Fields> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new RunLogError(`Could not read ${what}`, file, readAdvice(error), error);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
  } catch (error) {
    throw new RunLogError(`Could not read ${what}`, file, 'Restore the file, or plan the experiment again.', error);
  }
  throw new RunLogError(`Could not read ${what}: expected a JSON object`, file, 'Restore the file, or plan the experiment again.');
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isConfig = (value: unknown): boolean => isFields(value) && isText(value.arm) && isText(value.sampling) && typeof value.steps === 'number';

function checkFormat(value: Fields, format: string, file: string): void {
  if (value.format === format) return;
  const found = typeof value.format === 'string' ? `"${value.format}"` : 'none';
  throw new RunLogError(`Unknown format: expected "${format}", found ${found}`, file, 'Use the version of Alignment Gap that wrote it, or a newer one.');
}

function requireFields(file: string, checks: Readonly<Record<string, boolean>>): void {
  const wrong = Object.keys(checks).filter((name) => !checks[name]);
  if (wrong.length === 0) return;
  throw new RunLogError(`Missing or wrong: ${wrong.join(', ')}`, file, 'Restore the file, or plan the experiment again.');
}

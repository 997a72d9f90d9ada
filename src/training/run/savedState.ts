/**
 * What a run needs to go on as if it had never stopped: policy weights, optimiser moments, counters. Random streams are
 * named by step, so no generator state is kept. A checkpoint folder appears whole or not at all.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RunLogError } from '../../runlog';
import type { AdamState } from '../optimiser/adam';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { readWeights, writeWeights } from '../stages/weightsFile';

export interface Counters {
  readonly step: number;
  readonly samplesLabelled: number;
  /** Response tokens trained on. */
  readonly tokensSeen: number;
  /** Seconds of training, over all attempts. */
  readonly wallTime: number;
}

export const FRESH: Counters = { step: 0, samplesLabelled: 0, tokensSeen: 0, wallTime: 0 };

const folderName = (step: number): string => `step-${String(step).padStart(6, '0')}`;

interface StateFile extends Counters {
  readonly optimiserSteps: number;
  /** Losses since the last evaluation: a run stopped between two evaluations must report the same mean as one that was not. */
  readonly pendingLosses: readonly number[];
}

export interface SavedRun {
  readonly weights: TransformerWeights;
  readonly optimiser: AdamState;
  readonly counters: Counters;
  readonly pendingLosses: readonly number[];
}

/** @throws RunLogError where it cannot be written; nothing half-written stays, and the room it took is given back */
export function saveState(checkpoints: string, run: SavedRun): void {
  const whole = path.join(checkpoints, folderName(run.counters.step));
  if (existsSync(whole)) return;
  const aside = `${whole}.partial`;
  try {
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside, { recursive: true });
    writeState(aside, run);
    renameSync(aside, whole);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw new RunLogError('Could not save the checkpoint', whole, 'Earlier checkpoints are whole; make room or check the permissions, then resume the run.', error);
  }
  dropOlderMoments(checkpoints, run.counters.step);
}

function writeState(aside: string, { weights, optimiser: { first, second, steps }, counters, pendingLosses }: SavedRun): void {
  writeWeights(path.join(aside, 'policy.safetensors'), weights);
  writeFileSync(path.join(aside, 'optimiser.f32'), Buffer.concat([bytesOf(first), bytesOf(second)]));
  writeFileSync(path.join(aside, 'state.json'), JSON.stringify({ ...counters, optimiserSteps: steps, pendingLosses } satisfies StateFile));
}

/** Moments are twice the size of the weights and only the newest are ever needed. */
function dropOlderMoments(checkpoints: string, newest: number): void {
  for (const name of readdirSync(checkpoints)) {
    if (name !== folderName(newest)) rmSync(path.join(checkpoints, name, 'optimiser.f32'), { force: true });
  }
}

/** The step a run would go on from; 0 without a whole checkpoint. */
export const newestStep = (checkpoints: string): number => Number(/\d+$/.exec(newestFolder(checkpoints) ?? '')?.[0] ?? 0);

function newestFolder(checkpoints: string): string | undefined {
  if (!existsSync(checkpoints)) return undefined;
  return readdirSync(checkpoints)
    .filter((name) => /^step-\d{6,}$/.test(name) && existsSync(path.join(checkpoints, name, 'optimiser.f32')))
    .sort()
    .at(-1);
}

/** The newest whole checkpoint, with the optimiser's state. */
export function loadNewestState(checkpoints: string, shape: TransformerShape): SavedRun | undefined {
  const newest = newestFolder(checkpoints);
  if (!newest) return undefined;
  const folder = path.join(checkpoints, newest);
  const { optimiserSteps, pendingLosses, ...counters } = JSON.parse(readFileSync(path.join(folder, 'state.json'), 'utf8')) as StateFile;
  const moments = readFileSync(path.join(folder, 'optimiser.f32'));
  const floats = new Float32Array(new Uint8Array(moments).buffer);
  const half = floats.length / 2;
  const optimiser = { first: floats.subarray(0, half), second: floats.subarray(half), steps: optimiserSteps };
  const weights = readWeights(path.join(folder, 'policy.safetensors'), shape);
  return { weights, optimiser, counters, pendingLosses };
}

const bytesOf = (array: Float32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

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

/** Of each step since the last evaluation: a run stopped between two evaluations must report the same means as one that was not. */
export interface Pending {
  readonly loss: readonly number[];
  readonly staleness: readonly number[];
  readonly offPolicyness: readonly number[];
}

export const NOTHING_PENDING: Pending = { loss: [], staleness: [], offPolicyness: [] };

interface StateFile extends Counters {
  readonly optimiserSteps: number;
  readonly pendingLosses: readonly number[];
  /** Absent where no step has told of the age of its samples. */
  readonly pendingSamples?: Omit<Pending, 'loss'>;
}

export interface SavedRun {
  readonly weights: TransformerWeights;
  readonly optimiser: AdamState;
  readonly counters: Counters;
  readonly pending: Pending;
  /** The older policy that samples come from; absent where they come from the policy itself, or are not made at all. */
  readonly generator?: TransformerWeights;
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
  dropOlder(checkpoints, run.counters.step);
}

const GENERATOR = 'generator.safetensors';
const MOMENTS = 'optimiser.f32';

function writeState(aside: string, { weights, optimiser: { first, second, steps }, counters, pending: { loss, ...samples }, generator }: SavedRun): void {
  writeWeights(path.join(aside, 'policy.safetensors'), weights);
  if (generator) writeWeights(path.join(aside, GENERATOR), generator);
  writeFileSync(path.join(aside, MOMENTS), Buffer.concat([bytesOf(first), bytesOf(second)]));
  const told = samples.staleness.length + samples.offPolicyness.length > 0 ? { pendingSamples: samples } : {};
  writeFileSync(path.join(aside, 'state.json'), JSON.stringify({ ...counters, optimiserSteps: steps, pendingLosses: loss, ...told } satisfies StateFile));
}

/** Moments are twice the size of the weights; they and the policy that samples come from are only ever needed of the newest. */
function dropOlder(checkpoints: string, newest: number): void {
  for (const name of readdirSync(checkpoints).filter((folder) => folder !== folderName(newest))) {
    for (const file of [MOMENTS, GENERATOR]) rmSync(path.join(checkpoints, name, file), { force: true });
  }
}

/** The step a run would go on from; 0 without a whole checkpoint. */
export const newestStep = (checkpoints: string): number => Number(/\d+$/.exec(newestFolder(checkpoints) ?? '')?.[0] ?? 0);

function newestFolder(checkpoints: string): string | undefined {
  if (!existsSync(checkpoints)) return undefined;
  return readdirSync(checkpoints)
    .filter((name) => /^step-\d{6,}$/.test(name) && existsSync(path.join(checkpoints, name, MOMENTS)))
    .sort()
    .at(-1);
}

/** The newest whole checkpoint, with the optimiser's state. */
export function loadNewestState(checkpoints: string, shape: TransformerShape): SavedRun | undefined {
  const newest = newestFolder(checkpoints);
  if (!newest) return undefined;
  const folder = path.join(checkpoints, newest);
  const { optimiserSteps, pendingLosses, pendingSamples, ...counters } = JSON.parse(readFileSync(path.join(folder, 'state.json'), 'utf8')) as StateFile;
  const moments = readFileSync(path.join(folder, MOMENTS));
  const floats = new Float32Array(new Uint8Array(moments).buffer);
  const half = floats.length / 2;
  const optimiser = { first: floats.subarray(0, half), second: floats.subarray(half), steps: optimiserSteps };
  const weights = readWeights(path.join(folder, 'policy.safetensors'), shape);
  const generator = path.join(folder, GENERATOR);
  return {
    weights, optimiser, counters,
    pending: { ...NOTHING_PENDING, loss: pendingLosses, ...pendingSamples },
    ...(existsSync(generator) ? { generator: readWeights(generator, shape) } : {}),
  };
}

const bytesOf = (array: Float32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

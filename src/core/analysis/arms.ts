/** Runs as the arms of a study: all checkpoints that have both a win rate and a KL, in flat arrays for the bootstrap. */
import type { Checkpoint, Run, Sampling } from '../run/types';

/** One checkpoint; indices into the arm's seed clusters and the study's prompt groups. */
export interface ArmPoint {
  readonly run: Run;
  readonly checkpoint: Checkpoint;
  readonly kl: number;
  readonly winRate: number;
  /** Of the win rate; 0 where the log does not tell. */
  readonly standardError: number;
  /** The runs of one seed, in all settings, are drawn together. */
  readonly cluster: number;
  /** Points of one group were measured on the same prompts, and are drawn together; across arms too. */
  readonly promptGroup: string;
  readonly win?: Float64Array;
  readonly klByPrompt?: Float64Array;
}

export interface Arm {
  readonly name: string;
  readonly sampling: Sampling;
  readonly runs: readonly Run[];
  /** Runs that have only just begun: named, but without points, for a resample of one of them alone would fit anything. */
  readonly waiting: readonly Run[];
  /** How many independent repetitions there are. */
  readonly clusters: number;
  /** Ascending by KL. */
  readonly points: readonly ArmPoint[];
}

/** Runs grouped by their arm, or, where a foreign log names none, by their sampling; in order of appearance. */
export function groupArms(runs: readonly Run[]): Arm[] {
  return armNames(runs).map((name) => {
    const members = runs.filter((run) => armName(run) === name);
    return armOf(name, members);
  });
}

/** Runs that have only just begun wait. */
export const armOf = (name: string, runs: readonly Run[]): Arm => makeArm(name, runs, runs.filter(hasOnlyBegun));

export const armNames = (runs: readonly Run[]): string[] => [...new Set(runs.map(armName))];

export const armName = (run: Run): string => (run.arm === '' ? run.sampling : run.arm);

/** Fewer tell no curve. A finished run is taken as it is: a sweep may keep no more than its last checkpoint. */
const FEWEST_BEYOND_START = 2;

function hasOnlyBegun(run: Run): boolean {
  if (run.status === 'finished') return false;
  return run.checkpoints.filter((checkpoint) => (toPoint(run, checkpoint, 0)?.kl ?? 1) > 0).length < FEWEST_BEYOND_START;
}

/** @param waiting of the runs, those whose checkpoints are not taken yet */
export function makeArm(name: string, runs: readonly Run[], waiting: readonly Run[] = []): Arm {
  const taken = runs.filter((run) => !waiting.includes(run));
  const seeds = [...new Set(taken.map(seedKey))];
  const points = taken.flatMap((run) => run.checkpoints.flatMap((checkpoint) => toPoint(run, checkpoint, seeds.indexOf(seedKey(run))) ?? []));
  return { name, sampling: runs[0]?.sampling ?? 'unknown', runs, waiting, clusters: seeds.length, points: points.sort((a, b) => a.kl - b.kl) };
}

/** A run without a seed stands for itself. */
export const seedKey = (run: Run): string => (run.seed === undefined ? `run ${run.id}` : `seed ${run.seed}`);

function toPoint(run: Run, checkpoint: Checkpoint, cluster: number): ArmPoint | undefined {
  const { kl, winRate } = checkpoint.metrics;
  // A KL a token cannot be laid beside one a sequence; KL estimates may fall a little below zero, divergences do not.
  if (kl === undefined || winRate === undefined || kl.unit !== 'nats/sequence') return undefined;
  const { win, kl: klByPrompt } = checkpoint.outcomes ?? {};
  return {
    run,
    checkpoint,
    kl: Math.max(0, kl.value),
    winRate: winRate.value,
    standardError: standardErrorOf(winRate),
    cluster,
    promptGroup: promptGroup(run, win?.length ?? 0),
    ...(win === undefined ? {} : { win }),
    ...(win !== undefined && klByPrompt?.length === win.length ? { klByPrompt } : {}),
  };
}

function standardErrorOf({ standardError, low, high }: { standardError?: number; low?: number; high?: number }): number {
  if (standardError !== undefined) return standardError;
  return low === undefined || high === undefined ? 0 : (high - low) / 3.92;
}

/**
 * The prompts of our own runs follow from task, data seed and count; those of a foreign log are known to itself only.
 */
function promptGroup({ source, config, id }: Run, count: number): string {
  if (source !== 'alignment-gap') return `${id} ${count}`;
  const stages = config.stages as { readonly dataSeed?: unknown } | undefined;
  return JSON.stringify([config.task ?? null, stages?.dataSeed ?? null, count]);
}

/** How many different settings, seeds aside, an arm was tried with; arms that were pooled count each. */
export function settingsOf(arm: Arm): number {
  return new Set(arm.runs.map((run) => JSON.stringify([armName(run), run.objective, run.beta, run.config.learningRate, run.config.steps]))).size;
}

/**
 * The bootstrap draws arm after arm and seed after seed: the same runs must give the same interval, to the digit, whether they
 * come in the order of the plan or of the folder. An interval that just misses zero in one and not in the other is no verdict.
 */
export const inOneOrder = (runs: readonly Run[]): Run[] => [...runs].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));

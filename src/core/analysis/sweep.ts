/**
 * Two arms along a swept quantity (labels of the proxy, steps, parameters, the age of samples): their difference at each
 * value, and the value at which it changes sign. "Is online worth it?" has an answer that depends on how many labels one has.
 */
import type { Run } from '../run/types';
import { DEFAULT_RESAMPLES } from '../statistics/bootstrap';
import { isotonic } from '../statistics/isotonic';
import { compareArms, difference, meanDraws, peakDraws, withinDraws, type Comparison } from './compare';
import type { GapOptions } from './gap';
import { gapNotes } from './gapNotes';
import { evenGrid } from './grids';
import type { Valued } from './report';
import { valuedOf, type Draws } from './study';
import { chooseArms, type ArmChoice } from './twoArms';

export interface SweepOptions extends GapOptions {
  readonly a: ArmChoice;
  readonly b: ArmChoice;
  /** Of the quantity in notes: `labels`, `steps`. */
  readonly quantity: string;
  /** The swept value of a run, above zero; null for a run that stands beside every value, as a baseline does. */
  readonly valueOf: (run: Run) => number | null;
  /** Peak against peak unless told; `mean` over the KLs that both cover, `within-budget` the best within `budget`. */
  readonly outcome?: 'peak' | 'mean' | 'within-budget';
}

export interface SweepLevel {
  readonly value: number;
  /** a minus b, in win rate. */
  readonly difference: Valued | null;
  readonly seeds: readonly [number, number];
}

export interface Sweep {
  /** Ascending. */
  readonly levels: readonly SweepLevel[];
  /** Where the difference changes sign, interpolated in the logarithm of the quantity; null where it does not within the values tried. */
  readonly crossing: Valued | null;
  /** Which arm is ahead above the crossing. */
  readonly aheadAbove: 'a' | 'b' | null;
  readonly notes: readonly string[];
}

export function sweepArms(runs: readonly Run[], options: SweepOptions): Sweep {
  const values = [...new Set(runs.flatMap((run) => options.valueOf(run) ?? []))].filter((value) => value > 0).sort((x, y) => x - y);
  const levels = values.map((value) => levelAt(runs.filter((run) => [null, value].includes(options.valueOf(run))), value, options));
  const told = levels.flatMap(({ value, draws }) => (draws === undefined ? [] : [{ log: Math.log(value), draws }]));
  const crossing = crossingOf(told, options.quantity);
  return {
    ...crossing,
    levels: levels.map(({ value, draws, seeds }) => ({ value, difference: difference(draws), seeds })),
    notes: [...crossing.notes, ...levels.flatMap(({ value, draws, notes }) => (draws === undefined ? [`At ${value} ${options.quantity} there is no difference: ${notes[0] ?? 'an arm has no run there'}`] : []))],
  };
}

interface Level extends Omit<SweepLevel, 'difference'> {
  readonly draws: Draws | undefined;
  readonly notes: readonly string[];
}

function levelAt(runs: readonly Run[], value: number, options: SweepOptions): Level {
  const { resamples = DEFAULT_RESAMPLES, seed = 0, budget = null } = options;
  const arms = chooseArms(runs, options);
  // The same seed at each value: prompts and seeds are drawn together wherever the arms are built alike.
  const comparison = compareArms(arms, [0, 1], budget, { resamples, seed });
  return { value, draws: outcomeOf(comparison, options.outcome ?? 'peak'), seeds: [arms[0].clusters, arms[1].clusters], notes: gapNotes(runs, comparison) };
}

function outcomeOf(comparison: Comparison, outcome: 'peak' | 'mean' | 'within-budget'): Draws | undefined {
  switch (outcome) {
    case 'peak':
      return peakDraws(comparison);
    case 'mean':
      return meanDraws(comparison, evenGrid);
    case 'within-budget':
      return withinDraws(comparison);
  }
}

interface Told {
  readonly log: number;
  readonly draws: Draws;
}

/** Smoothed to be monotone first: noise at one value must not make several crossings of one. */
function crossingOf(levels: readonly Told[], quantity: string): Omit<Sweep, 'levels'> {
  const none = (note: string): Omit<Sweep, 'levels'> => ({ crossing: null, aheadAbove: null, notes: [note] });
  if (levels.length < 2) return none(`A crossing needs two values of ${quantity}.`);
  const logs = levels.map(({ log }) => log);
  const observed = levels.map(({ draws }) => draws.value);
  const sign = slope(logs, observed) < 0 ? -1 : 1;
  const found = zeroOf(logs, observed.map((value) => sign * value));
  const [first, last] = [logs[0] ?? NaN, logs.at(-1) ?? NaN];
  if (!Number.isFinite(found)) return none(`The difference does not change sign within the values of ${quantity} tried (${amount(first)} to ${amount(last)}): nothing is extrapolated.`);
  // A resample that does not cross counts with the end that it would cross beyond.
  const resampled = Float64Array.from(levels[0]?.draws.resampled ?? [], (_, i) => Math.min(last, Math.max(first, zeroOf(logs, levels.map(({ draws }) => sign * (draws.resampled[i] ?? NaN))))));
  const valued = valuedOf({ value: found, resampled });
  if (valued === undefined) return none(`No resample tells where the difference changes sign.`);
  const ends = [...(valued.low <= first ? ['lower'] : []), ...(valued.high >= last ? ['upper'] : [])];
  return {
    crossing: { value: Math.exp(found), low: Math.exp(valued.low), high: Math.exp(valued.high) },
    aheadAbove: sign > 0 ? 'a' : 'b',
    notes: ends.map((end) => `The ${end} bound of the crossing is the end of the values of ${quantity} tried: it may lie beyond.`),
  };
}

const amount = (log: number): string => String(Number(Math.exp(log).toPrecision(4)));

/** Where rising values pass zero; −Infinity or Infinity where they do so outside, NaN where one is not known. */
function zeroOf(logs: readonly number[], values: readonly number[]): number {
  if (values.some(Number.isNaN)) return NaN;
  const rising = isotonic(values);
  const after = rising.findIndex((value) => value > 0);
  if (after <= 0) return after === 0 ? -Infinity : Infinity;
  const [from, to] = [rising[after - 1] ?? NaN, rising[after] ?? NaN];
  const [before, beyond] = [logs[after - 1] ?? NaN, logs[after] ?? NaN];
  return before + ((beyond - before) * -from) / (to - from);
}

function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = mean(x);
  return x.reduce((sum, value, i) => sum + (value - centre) * (y[i] ?? 0), 0);
}

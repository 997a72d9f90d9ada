/**
 * Any two arms of a study against each other: by name, or pooled over several settings by a predicate. What
 * `performanceGap` is for online and offline, with the summaries of Tang et al. that a verdict needs: peak against peak,
 * area between the curves, the KL that each spends for the same win rate.
 */
import type { Run } from '../run/types';
import { DEFAULT_RESAMPLES } from '../statistics/bootstrap';
import { armName, armNames, armOf, settingsOf, type Arm } from './arms';
import { armReport, compareArms, difference, gapSummary, meanDraws } from './compare';
import { commonBudget, inOneOrder, type GapOptions } from './gap';
import { gapNotes } from './gapNotes';
import { logGrid, rootGrid, type Range } from './grids';
import { klRatios, type KlRatio } from './klRatio';
import type { ArmReport, GapSummary, Valued } from './report';

/** The name of an arm, or a name for all runs that a predicate takes. */
export type ArmChoice = string | { readonly name: string; readonly where: (run: Run) => boolean };

export interface TwoArmsOptions extends GapOptions {
  readonly a: ArmChoice;
  readonly b: ArmChoice;
  /** At which the KLs spent are compared; without it, nine tenths of either arm's gain. */
  readonly winRate?: number;
}

/** Every difference is a minus b; null where it cannot be told, and a note says why. */
export interface TwoArms extends GapSummary {
  /** KLs that both arms cover, nats per sequence; null where they share none. */
  readonly overlap: Range | null;
  /** Area between the curves over log KL, divided by the width of the overlap in log KL. */
  readonly meanLogKl: Valued | null;
  /** The same over √KL. */
  readonly meanRootKl: Valued | null;
  readonly klRatios: readonly KlRatio[];
  /** In the order a, b. */
  readonly arms: readonly [ArmReport, ArmReport];
  /** Independent repetitions, and settings tried, of a and b. */
  readonly seeds: readonly [number, number];
  readonly settings: readonly [number, number];
  readonly budget: number | null;
  readonly notes: readonly string[];
}

export function compareTwoArms(runs: readonly Run[], options: TwoArmsOptions): TwoArms {
  const [a, b] = chooseArms(runs, options);
  const { resamples = DEFAULT_RESAMPLES, seed = 0 } = options;
  const taken = [...new Set([...a.runs, ...b.runs])];
  const budget = options.budget ?? commonBudget(taken);
  const isTurned = firstId(b) < firstId(a);
  const pair = isTurned ? ([1, 0] as const) : ([0, 1] as const);
  const comparison = compareArms(isTurned ? [b, a] : [a, b], pair, budget, { resamples, seed, grids: [logGrid, rootGrid] });
  const summary = gapSummary(comparison);
  if (summary === undefined) throw new Error('two arms were compared, and there is no pair'); // the pair is given above
  return {
    ...summary,
    overlap: comparison.shared ?? null,
    meanLogKl: difference(meanDraws(comparison, logGrid)),
    meanRootKl: difference(meanDraws(comparison, rootGrid)),
    klRatios: klRatios(comparison, options.winRate),
    arms: [armReport(comparison, pair[0]), armReport(comparison, pair[1])],
    seeds: [a.clusters, b.clusters],
    settings: [settingsOf(a), settingsOf(b)],
    budget,
    notes: [...choiceNotes(runs, a, b), ...gapNotes(taken, comparison)],
  };
}

/** Arms are drawn in the order of their runs, as `performanceGap` draws them: b against a is a against b with the sign turned. */
const firstId = ({ runs }: Arm): string => runs[0]?.id ?? '';

/** Their runs in one order, so that the same runs give the same interval to the digit. */
export function chooseArms(runs: readonly Run[], { a, b }: Pick<TwoArmsOptions, 'a' | 'b'>): [Arm, Arm] {
  const choose = (choice: ArmChoice): Arm =>
    typeof choice === 'string' ? armOf(choice, inOneOrder(runs.filter((run) => armName(run) === choice))) : armOf(choice.name, inOneOrder(runs.filter(choice.where)));
  return [choose(a), choose(b)];
}

function choiceNotes(runs: readonly Run[], a: Arm, b: Arm): string[] {
  const empty = [a, b].filter((arm) => arm.runs.length === 0);
  const both = a.runs.filter((run) => b.runs.includes(run)).length;
  return [
    ...empty.map(({ name }) => `No run belongs to ${name}: the arms are ${armNames(runs).join(', ') || 'none'}.`),
    ...(both > 0 ? [`${both} of the runs belong to both ${a.name} and ${b.name}: what they share cannot differ.`] : []),
  ];
}


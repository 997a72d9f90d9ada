/** What a statistician would say before anybody quotes a gap. Whole sentences, each naming what it is about. */
import { JUDGE_WARNING } from '../run/judge';
import type { Run } from '../run/types';
import { seedKey, settingsOf, type Arm } from './arms';
import type { Range } from './grids';
import type { Comparison, PlannedArm } from './compare';
import { fewPromptsNotes, sameNotes } from './sameNotes';

/** First, where there is no gap, why: a view that has room for one sentence shows that one. */
export function gapNotes(runs: readonly Run[], comparison: Comparison): string[] {
  const pair = (comparison.pair ?? []).flatMap((index) => comparison.arms[index] ?? []);
  const arms = comparison.arms.map(({ arm }) => arm);
  return [
    ...noGapNotes(arms, comparison),
    ...noCurveNotes(pair, comparison),
    ...judgeNotes(runs),
    ...pairNotes(arms, comparison),
    ...arms.flatMap(armNotes),
    ...sweepNotes(pair),
    ...budgetNotes(pair, comparison),
    ...sameNotes(runs),
    ...fewPromptsNotes(runs),
    ...unfinishedNotes(runs),
  ];
}

/** The arms share their judges: what is said of them is said once. */
const judgeNotes = (runs: readonly Run[]): string[] =>
  [...new Set(runs.flatMap(({ warnings }) => warnings.flatMap(({ code, message }) => (code === JUDGE_WARNING ? [message] : []))))];

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function noGapNotes(arms: readonly Arm[], { pair }: Comparison): string[] {
  if (arms.length === 0) return ['There is no run, so there is no gap.'];
  if (pair !== undefined) return [];
  const missing = (['online', 'offline'] as const).filter((sampling) => !arms.some((arm) => arm.sampling === sampling));
  if (missing.length === 0) return [];
  return [`No arm is ${missing.join(' and none ')}, so there is no gap: it is the online arm minus the offline arm.`];
}

function pairNotes(arms: readonly Arm[], { pair }: Comparison): string[] {
  if (pair === undefined || arms.length === 2) return [];
  return [`Of ${arms.length} arms the first online (${arms[pair[0]]?.name}) and the first offline (${arms[pair[1]]?.name}) are compared.`];
}

function armNotes(arm: Arm): string[] {
  const perToken = arm.runs.filter((run) => run.checkpoints.some(({ metrics }) => metrics.kl !== undefined && metrics.kl.unit !== 'nats/sequence'));
  const silent = arm.runs.filter((run) => run.checkpoints.length > 0 && !arm.points.some((point) => point.run === run) && !perToken.includes(run) && !arm.waiting.includes(run));
  const withoutOutcomes = arm.points.some(({ win }) => win === undefined);
  return [
    ...(arm.clusters === 1 ? [`${arm.name} has a single seed, and a single seed supports no claim about an algorithm: its intervals hold the prompts' noise alone.`] : []),
    ...(arm.clusters === 2 ? [`${arm.name} has two seeds: its intervals are wide because two say little of how seeds differ.`] : []),
    ...(perToken.length > 0 ? [`${arm.name}: ${count(perToken.length, 'run')} logged KL per token, which cannot be matched with KL per sequence, and ${perToken.length === 1 ? 'is' : 'are'} left out.`] : []),
    ...(silent.length > 0 ? [`${arm.name}: ${count(silent.length, 'run')} of ${arm.runs.length} logged no win rate or no KL and ${silent.length === 1 ? 'is' : 'are'} left out.`] : []),
    ...waitingNotes(arm),
    ...(arm.points.length === 0 && arm.waiting.length === 0 ? [`${arm.name} has no checkpoint with both a win rate and a KL yet.`] : []),
    ...(withoutOutcomes ? [`${arm.name} keeps no outcomes per prompt: its peak is the maximum of noisy values and so too high, and it cannot be paired.`] : []),
  ];
}

/** Of those that have logged something: that the others have not begun is said with the unfinished ones. */
function waitingNotes({ waiting }: Arm): string[] {
  const begun = waiting.filter(({ checkpoints }) => checkpoints.length > 0);
  return begun.map(({ name, checkpoints }) => `${name} has ${count(checkpoints.length, 'checkpoint')} and is left out until it has more.`);
}

function sweepNotes([a, b]: readonly PlannedArm[]): string[] {
  if (a === undefined || b === undefined) return [];
  const [ofA, ofB] = [settingsOf(a.arm), settingsOf(b.arm)];
  const [more, less] = ofA > ofB ? [a, b] : [b, a];
  const sweep = ofA === ofB ? [] : [
    `${more.arm.name} was tried with ${count(Math.max(ofA, ofB), 'setting')}, ${less.arm.name} with ${Math.min(ofA, ofB)}: a maximum over more settings favours ${more.arm.name}.`,
  ];
  const unpaired = !sharePrompts(a.arm, b.arm) ? ['The runs were not evaluated on the same prompts, so their differences are not paired by prompt.'] : [];
  return [...sweep, ...unpaired];
}

/** A seed may have prompts of its own: what counts is that both arms were judged on them. */
function sharePrompts(a: Arm, b: Arm): boolean {
  const [ofA, ofB] = [groupsBySeed(a), groupsBySeed(b)];
  const meet = (one: readonly string[], other: readonly string[]): boolean => one.some((group) => other.includes(group));
  const both = [...ofA].flatMap(([seed, groups]) => (ofB.has(seed) ? [meet(groups, ofB.get(seed) ?? [])] : []));
  return both.length === 0 ? a.points.length === 0 || b.points.length === 0 || meet([...ofA.values()].flat(), [...ofB.values()].flat()) : both.every(Boolean);
}

function groupsBySeed({ points }: Arm): Map<string, string[]> {
  const bySeed = new Map<string, string[]>();
  for (const { run, promptGroup } of points) bySeed.set(seedKey(run), [...new Set([...(bySeed.get(seedKey(run)) ?? []), promptGroup])]);
  return bySeed;
}

const range = ({ low, high }: Range): string => `${low.toFixed(2)} to ${high.toFixed(2)}`;

function noCurveNotes(pair: readonly PlannedArm[], { shared }: Comparison): string[] {
  const [a, b] = pair;
  if (a === undefined || b === undefined) return [];
  const curves = pair.filter(({ arm, model }) => arm.points.length > 0 && model === undefined).map(({ arm }) => `${arm.name} has too few checkpoints for a curve, so there is no gap at matched KL.`);
  const disjoint = shared === undefined && a.range && b.range
    ? [`The arms' KLs do not overlap (${a.arm.name} ${range(a.range)}, ${b.arm.name} ${range(b.range)} nats): nothing is extrapolated, so there is no gap at matched KL.`]
    : [];
  return [...curves, ...disjoint];
}

function budgetNotes(pair: readonly PlannedArm[], { shared, budget }: Comparison): string[] {
  if (pair.length < 2) return [];
  const outside = budget !== null && shared !== undefined && (budget < shared.low || budget > shared.high)
    ? [`The budget of ${budget} nats lies outside the KLs that both arms cover (${range(shared)}): the gap at the budget is not extrapolated; the gap within the budget compares the best checkpoints below it.`]
    : [];
  const noBudget = budget === null ? ['No KL budget was given and the runs name none in common.'] : [];
  return [...outside, ...noBudget];
}

function unfinishedNotes(runs: readonly Run[]): string[] {
  const unfinished = runs.filter(({ status }) => status !== 'finished');
  if (unfinished.length === 0) return [];
  const states = [...new Set(unfinished.map(({ status }) => status))].map((status) => `${unfinished.filter((run) => run.status === status).length} ${status}`);
  return [`Not all runs are finished (${states.join(', ')}): what they have logged so far is used.`];
}

/**
 * A study template: one finding of Tang et al. 2024 (or of the work that followed) as experiments to run and claims to judge.
 * What a claim says is what the paper found; the verdict says what the runs of this machine say to it. Pure data.
 */
import type { ExperimentFile } from '../experiment/schema';
import type { Run } from '../run/types';
import type { Valued } from '../analysis/report';

/** `quick`: a small policy, few seeds, minutes. `smoke`: seconds, for tests of the plumbing; its numbers mean nothing. */
export const STUDY_FORMS = ['full', 'quick', 'smoke'] as const;
export type StudyForm = (typeof STUDY_FORMS)[number];

export type Verdict = 'supports' | 'against' | 'undecided';

export type EffectUnit = 'win rate' | 'accuracy' | 'rank correlation' | 'nats/sequence' | 'KL' | 'share' | 'golden labels' | 'runs';

/** With its 95% interval. Differences of win rates and accuracies are fractions: 0.05 is five points. */
export interface Effect extends Valued {
  readonly unit: EffectUnit;
  /** For people: `+3.8 points [+0.8, +6.8]`. */
  readonly text: string;
}

/**
 * Where the claim puts the effect. `within`: no further from zero than the margin, a difference too small to matter; the
 * margin is set before anything is run, and stands on the card.
 */
export type Side = { readonly kind: 'above' } | { readonly kind: 'below' } | { readonly kind: 'within'; readonly margin: number };

export interface Claim {
  readonly statement: string;
  /** What the effect is, in the order of the subtraction: `online − offline, peak win rate`. */
  readonly measured: string;
  readonly side: Side;
  /** Null where the runs that it needs are not there. */
  readonly effect: Effect | null;
  readonly verdict: Verdict;
  readonly because: string;
  readonly wouldChange: string;
}

/** A number that no side is claimed for, such as a crossing point. */
export interface Estimated {
  readonly name: string;
  readonly effect: Effect | null;
  readonly because: string;
}

export interface CardRun {
  readonly id: string;
  readonly arm: string;
  readonly seed: number | null;
  readonly status: Run['status'];
}

export interface VerdictCard {
  readonly schema: 'alignment-gap/verdict@1';
  readonly study: string;
  readonly title: string;
  /** The figures or sections that the study repeats. */
  readonly source: string;
  readonly finding: string;
  readonly hypothesis: string;
  readonly question: string;
  readonly form: StudyForm;
  readonly rule: string;
  readonly overall: { readonly verdict: Verdict; readonly because: string };
  readonly claims: readonly Claim[];
  readonly estimates: readonly Estimated[];
  readonly runs: readonly CardRun[];
  readonly notes: readonly string[];
  readonly cost: StudyCost;
}

/** Of the runs that the card rests on. */
export interface StudyCost {
  readonly runs: number;
  readonly gradientSteps: number;
  /** Seconds of training and evaluation, summed over runs; other work on the machine stretches them. */
  readonly trainingSeconds: number;
}

export interface StudyFigure {
  /** Unique among all studies: pages and file names rest on it. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Complete in itself, style sheet included. */
  readonly svg: string;
}

/** The runs of a study, by the experiment's name in the plan. */
export type StudyRuns = ReadonlyMap<string, readonly Run[]>;

/** What a template makes of its runs; the card's frame is added around it. */
export interface Findings {
  readonly claims: readonly Claim[];
  readonly figures: readonly StudyFigure[];
  readonly estimates?: readonly Estimated[];
  readonly notes: readonly string[];
}

export interface StudyTemplate {
  /** In lower case with dashes; also the folder of its card. */
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** What the paper found. */
  readonly finding: string;
  readonly hypothesis: string;
  readonly question: string;
  readonly experiments: (form: StudyForm, seeds: readonly number[]) => readonly ExperimentFile[];
  readonly analyse: (runs: StudyRuns, form: StudyForm) => Findings;
}

/** What the command line tells of studies (`study --list`, `study --estimate`), read by a guard, and put into words. */
import * as z from 'zod/mini';
import { shortEstimate } from '../../../core/estimate';
import { STUDY_FORMS, type StudyForm } from '../../../core/study/types';

export interface FormInfo {
  readonly form: StudyForm;
  readonly seeds: number;
  /** Folders of its experiments, below the folder of experiments. */
  readonly experiments: readonly string[];
  readonly runs: number;
  readonly finished?: number | undefined;
  /** Null where the cost of a step is not known on this machine. */
  readonly estimate?: { readonly seconds: number; readonly jobs: number } | null | undefined;
}

export interface StudyInfo {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly question: string;
  readonly forms: readonly FormInfo[];
}

const formFields = {
  form: z.enum(STUDY_FORMS),
  seeds: z.number(),
  experiments: z.array(z.string()),
  runs: z.number(),
  finished: z.optional(z.number()),
  estimate: z.optional(z.nullable(z.object({ seconds: z.number(), jobs: z.number() }))),
};
const list = z.object({
  schema: z.literal('alignment-gap/studies@1'),
  studies: z.array(z.object({ name: z.string(), title: z.string(), source: z.string(), question: z.string(), forms: z.array(z.object(formFields)) })),
});
const oneEstimate = z.object({ schema: z.literal('alignment-gap/study-estimate@1'), ...formFields });

/** @throws Error where it is another document */
export const readStudies = (json: string): readonly StudyInfo[] => list.parse(JSON.parse(json)).studies;
/** @throws Error where it is another document */
export const readFormEstimate = (json: string): FormInfo => oneEstimate.parse(JSON.parse(json));

export const FORM_WORDS: Readonly<Record<StudyForm, { readonly label: string; readonly detail: string }>> = {
  full: { label: 'Full form', detail: 'What findings come from.' },
  quick: { label: 'Quick form', detail: 'Smaller policies, fewer steps and seeds: shows that everything works.' },
  smoke: { label: 'Smoke form', detail: 'Seconds, for tests of the plumbing; its numbers mean nothing.' },
};

const count = (number: number, one: string): string => `${number} ${number === 1 ? one : `${one}s`}`;

/** `20 runs · about 2 h on 2 processes`; without a time where none is known, and never a made-up one. */
export function describeForm({ runs, finished = 0, estimate }: FormInfo, isMeasuring = false): string {
  if (finished === runs) return `all ${count(runs, 'run')} finished: only judged again`;
  const done = finished > 0 ? `, ${finished} finished` : '';
  const time = estimate ? [shortEstimate(estimate)] : isMeasuring ? ['measuring how long it takes…'] : [];
  return [`${count(runs, 'run')}${done}`, ...time].join(' · ');
}

/** What is wrong with a number of seeds, or the number. */
export function readSeeds(text: string): number | string {
  const seeds = Number(text.trim());
  return Number.isInteger(seeds) && seeds >= 1 && seeds <= 100 ? seeds : 'A whole number from 1 to 100: seeds 1 to that number are run.';
}

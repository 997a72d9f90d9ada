/** What one usually adjusts before a start: shown with its current value, asked for in words, checked while one types. */
import { overrideExperiment, type Experiment, type ExperimentOverrides } from '../../../core/experiment';

export interface Draft {
  readonly experiment: Experiment;
  /** Training processes at the same time; undefined leaves it to the number of cores. */
  readonly jobs: number | undefined;
}

export type FieldId = 'seeds' | 'steps' | 'beta' | 'klBudget' | 'jobs';

export interface Field {
  readonly id: FieldId;
  readonly label: string;
  readonly prompt: string;
  readonly show: (draft: Draft) => string;
  /** The draft with the new value, or what is wrong with the text. */
  readonly change: (draft: Draft, text: string) => Draft | string;
}

const AUTO = 'auto';

export const FIELDS: readonly Field[] = [
  {
    id: 'seeds',
    label: 'Seeds',
    prompt: 'One run of each arm for each seed: whole numbers with commas between, or a range such as 1-5',
    show: ({ experiment }) => experiment.seeds.join(', '),
    change: (draft, text) => changeList(draft, readSeeds(text), (seeds) => ({ seeds })),
  },
  {
    id: 'steps',
    label: 'Steps',
    prompt: 'Gradient steps of each run: a whole number, 1 or more',
    show: ({ experiment }) => String(experiment.steps),
    change: (draft, text) => changeNumber(draft, text, { whole: true, minimum: 1 }, (steps) => ({ steps })),
  },
  {
    id: 'beta',
    label: 'β',
    prompt: 'Strength of the pull towards the reference policy: numbers above 0, with commas between; one run for each',
    show: ({ experiment }) => experiment.beta.join(', '),
    change: (draft, text) => changeList(draft, readPositives(text), (beta) => ({ beta })),
  },
  {
    id: 'klBudget',
    label: 'KL budget',
    prompt: 'Nats per sequence that the policy may move away from the reference: a number above 0',
    show: ({ experiment }) => `${experiment.klBudget} nats`,
    change: (draft, text) => changeNumber(draft, text.replace(/\s*nats?\s*$/i, ''), { whole: false, minimum: 0 }, (klBudget) => ({ klBudget })),
  },
  {
    id: 'jobs',
    label: 'Processes at the same time',
    prompt: 'Runs that train side by side: a whole number, or "auto" for one a core',
    show: ({ jobs }) => (jobs === undefined ? AUTO : String(jobs)),
    change: changeJobs,
  },
];

/** What the input box starts with: the value without its unit. */
export const editable = (field: Field, draft: Draft): string => field.show(draft).replace(/ nats$/, '');

function changeJobs(draft: Draft, text: string): Draft | string {
  if (text.trim() === '' || text.trim().toLowerCase() === AUTO) return { ...draft, jobs: undefined };
  const jobs = readNumber(text);
  return jobs !== undefined && Number.isInteger(jobs) && jobs >= 1 ? { ...draft, jobs } : 'Give a whole number, 1 or more, or "auto".';
}

interface Bounds {
  readonly whole: boolean;
  /** Inclusive for whole numbers, else exclusive. */
  readonly minimum: number;
}

function changeNumber(draft: Draft, text: string, { whole, minimum }: Bounds, toOverrides: (value: number) => ExperimentOverrides): Draft | string {
  const value = readNumber(text);
  if (value === undefined) return 'Give a number.';
  if (whole && (!Number.isSafeInteger(value) || value < minimum)) return `Give a whole number, ${minimum} or more.`;
  if (!whole && value <= minimum) return `Give a number above ${minimum}.`;
  return override(draft, toOverrides(value));
}

function changeList(draft: Draft, values: readonly number[] | string, toOverrides: (values: readonly number[]) => ExperimentOverrides): Draft | string {
  if (typeof values === 'string') return values;
  const twice = values.find((value, i) => values.indexOf(value) < i);
  if (twice !== undefined) return `${twice} is given twice.`;
  return override(draft, toOverrides(values));
}

const override = (draft: Draft, overrides: ExperimentOverrides): Draft => ({ ...draft, experiment: overrideExperiment(draft.experiment, overrides) });

const readNumber = (text: string): number | undefined => {
  const value = text.trim() === '' ? NaN : Number(text.trim());
  return Number.isFinite(value) ? value : undefined;
};

const parts = (text: string): string[] => text.split(/[,;\s]+/).filter((part) => part !== '');

const MOST_SEEDS = 1000;

function readSeeds(text: string): number[] | string {
  const seeds: number[] = [];
  for (const part of parts(text.replace(/\s*(?:-|–|\.\.)\s*/g, '-'))) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (range === null) return `"${part}" is no seed: give whole numbers, 0 or more.`;
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (!Number.isSafeInteger(to) || to < from || to - from >= MOST_SEEDS) return `"${part}" is no range of seeds.`;
    for (let seed = from; seed <= to; seed += 1) seeds.push(seed);
  }
  return seeds.length > 0 ? seeds : 'Give at least one seed.';
}

function readPositives(text: string): number[] | string {
  const values = parts(text).map((part) => ({ part, value: readNumber(part) }));
  const wrong = values.find(({ value }) => value === undefined || value <= 0);
  if (wrong !== undefined) return `"${wrong.part}" is no number above 0.`;
  return values.length > 0 ? values.map(({ value }) => value ?? 0) : 'Give at least one number.';
}

/** What studies would take, before they are started: for `--list` and `--estimate`, and so for the editor. Writes nothing but measurements. */
import path from 'node:path';
import { longEstimate, type StudyEstimate } from '../../core/estimate';
import { DEFAULT_SEEDS, seedsUpTo, STUDIES, STUDY_FORMS, type StudyForm, type StudyTemplate } from '../../core/study';
import { defaultJobs, Measurements, previewExperiment, type ExperimentPlan } from '../../launch';
import type { StudyOptions } from '../commands/study';
import type { ExitCode } from '../errors';
import type { Io } from '../io';
import { listenForStop } from '../signals';
import { trainerPath } from '../trainerPath';
import { listText } from './text';
import { experimentsOf, type StudyWork } from './work';

/** One form of a study. */
interface FormDocument {
  readonly form: StudyForm;
  readonly seeds: number;
  /** Folders of its experiments, below the folder of experiments. */
  readonly experiments: readonly string[];
  readonly runs: number;
  /** Runs that are finished already; absent where nobody looked. */
  readonly finished?: number;
  /** Null where the cost of a step is not known here; absent where nobody looked. */
  readonly estimate?: Pick<StudyEstimate, 'seconds' | 'jobs'> | null;
}

/** The list itself, with the runs of each form; with `--estimate` also what each takes by what was measured before. */
export async function listStudies(options: StudyOptions, io: Io): Promise<ExitCode> {
  if (options.json !== true) {
    io.out(listText(STUDIES));
    return 0;
  }
  const measurements = options.estimate === true ? new Measurements({ trainerPath: trainerPath(), knownOnly: true }) : undefined;
  const studies = [];
  for (const template of STUDIES) {
    const forms: FormDocument[] = [];
    for (const form of STUDY_FORMS) forms.push(await formDocument(workFor(template, form, options), measurements));
    const { name, title, source, question, hypothesis, finding } = template;
    studies.push({ name, title, source, question, hypothesis, finding, forms });
  }
  io.out(`${JSON.stringify({ schema: 'alignment-gap/studies@1', studies }, null, 2)}\n`);
  return 0;
}

/** Of one study or of several together, measured where it must be. @throws LaunchError where nothing can be measured */
export async function tellEstimate(work: StudyWork, asJson: boolean, io: Io): Promise<ExitCode> {
  const signals = listenForStop(io);
  try {
    const plans = await preview(work);
    const runs = countRuns(plans);
    const cost = await new Measurements({ trainerPath: trainerPath(), signal: signals.stop }).estimate(plans, jobsOf(work, runs));
    if (asJson) {
      const document = { schema: 'alignment-gap/study-estimate@1', studies: work.templates.map(({ name }) => name), ...(await formDocument(work, undefined)), ...costPart(cost, runs) };
      io.out(`${JSON.stringify(document, null, 2)}\n`);
    } else if (cost === undefined || cost === 'unknown') io.out('All runs are finished already.\n');
    else io.out(`${plans.length} ${plans.length === 1 ? 'experiment' : 'experiments'}, ${runs} runs${cost.finished === 0 ? '' : `, ${cost.finished} of them finished`}: ${longEstimate(cost.estimate)}\n`);
    return 0;
  } finally {
    signals.dispose();
  }
}

function workFor(template: StudyTemplate, form: StudyForm, { seeds, out, jobs }: StudyOptions): StudyWork {
  return { templates: [template], form, seeds: seedsUpTo(seeds ?? DEFAULT_SEEDS[form]), root: out, ...(jobs === undefined ? {} : { jobs }) };
}

async function formDocument(work: StudyWork, measurements: Measurements | undefined): Promise<FormDocument> {
  const plans = await preview(work);
  const runs = countRuns(plans);
  const base = { form: work.form, seeds: work.seeds.length, experiments: plans.map(({ name }) => name), runs };
  return measurements === undefined ? base : { ...base, ...costPart(await measurements.estimate(plans, jobsOf(work, runs)), runs) };
}

function costPart(cost: Awaited<ReturnType<Measurements['estimate']>>, runs: number): Pick<FormDocument, 'finished' | 'estimate'> {
  if (cost === 'unknown') return { estimate: null };
  if (cost === undefined) return { finished: runs, estimate: null };
  return { finished: cost.finished, estimate: { seconds: cost.estimate.seconds, jobs: cost.estimate.jobs } };
}

const countRuns = (plans: readonly ExperimentPlan[]): number => plans.reduce((sum, plan) => sum + plan.runs.length, 0);
const jobsOf = ({ jobs }: StudyWork, runs: number): number => jobs ?? defaultJobs(runs);

const preview = (work: StudyWork): Promise<ExperimentPlan[]> =>
  Promise.all(experimentsOf(work).map((file) => previewExperiment({ file: path.join(path.resolve(work.root), file.name, `${file.name}.alignment.json`), text: JSON.stringify(file), root: work.root })));

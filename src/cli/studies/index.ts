/** The command `study`: which studies are meant, and what becomes of them. A bundle of its own (esbuild.mjs). */
import { DEFAULT_SEEDS, seedsUpTo, STUDIES, type StudyForm, type StudyTemplate } from '../../core/study';
import type { StudyOptions } from '../commands/study';
import { CliError, wrongCall, type ExitCode } from '../errors';
import type { Io } from '../io';
import { keepCards } from './cards';
import { listStudies, tellEstimate } from './estimate';
import { cardText } from './text';
import { gatherRuns, runStudies, type StudyWork } from './work';

const FORM_OPTIONS: Readonly<Record<StudyForm, string>> = { full: '', quick: ' --quick', smoke: ' --form smoke' };

export async function carryOutStudy(name: string | undefined, options: StudyOptions, io: Io): Promise<ExitCode> {
  if (options.list === true) return listStudies(options, io);
  const templates = named(name);
  const form: StudyForm = options.form ?? (options.quick === true ? 'quick' : 'full');
  const seeds = seedsUpTo(options.seeds ?? DEFAULT_SEEDS[form]);
  const work: StudyWork = { templates, form, seeds, root: options.out, ...(options.jobs === undefined ? {} : { jobs: options.jobs }) };
  if (options.estimate === true) return tellEstimate(work, options.json === true, io);
  const again = `Go on with: alignment-gap study ${name ?? ''}${FORM_OPTIONS[form]}${options.seeds === undefined ? '' : ` --seeds ${options.seeds}`} --out ${options.out}\n`;
  const ran = options.verdictOnly === true ? undefined : await runStudies(work, io);
  if (ran?.isStopped === true) {
    io.err(`Stopped before the end, and not judged. ${again}`);
    return 1;
  }
  const runs = await gatherRuns(work, ran?.plans, options.seeds === undefined ? undefined : seeds);
  if (ran === undefined && runs.size === 0) {
    throw new CliError('None of its experiments is there yet.', options.out, `Run it first: alignment-gap study ${name ?? ''}${FORM_OPTIONS[form]}`);
  }
  const kept = await keepCards(work, runs, io);
  const cards = kept.map(({ card }) => card);
  if (options.json === true) io.out(`${JSON.stringify(cards.length === 1 && name !== 'all' ? cards[0] : { schema: 'alignment-gap/verdicts@1', cards }, null, 2)}\n`);
  else for (const { card, page } of kept) io.out(cardText(card, page, io.outColors));
  const isComplete = cards.every((card) => card.runs.length > 0 && card.runs.every(({ status }) => status === 'finished'));
  if (!isComplete) io.err(`Not all runs are finished. ${again}`);
  return isComplete && kept.every(({ page }) => page !== null) ? 0 : 1;
}

function named(name: string | undefined): readonly StudyTemplate[] {
  const names = STUDIES.map((study) => study.name).join(', ');
  if (name === undefined) throw wrongCall('Which study?', `Name one of ${names}, or all; alignment-gap study --list tells what each asks.`);
  if (name === 'all') return STUDIES;
  const found = STUDIES.find((study) => study.name === name);
  if (found === undefined) throw wrongCall(`There is no study called ${name}.`, `There are ${names}, and all.`);
  return [found];
}

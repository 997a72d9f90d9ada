/** "Run Study…": which one, in which form and with how many seeds, with what that takes, and go. */
import * as vscode from 'vscode';
import type { StudyForm } from '../../core/study/types';
import { ask, BACK, pickOne, type Answer, type Position } from '../start/wizard';
import { describeForm, FORM_WORDS, readSeeds, type FormInfo, type StudyInfo } from './model/list';
import type { Asked, StudyPrograms } from './programs';

export interface StudyChoice {
  readonly study: string;
  readonly title: string;
  readonly form: StudyForm;
  readonly seeds: number;
  readonly jobs: number | undefined;
  /** Folders of its experiments, below the folder of experiments. */
  readonly experiments: readonly string[];
  readonly runs: number;
}

export interface FlowPlace {
  readonly programs: StudyPrograms;
  readonly root: string;
  readonly jobs: number | undefined;
  readonly note: (error: unknown) => void;
}

const TITLE = 'Run study';
const STEPS = 2;
/** For tests of the plumbing, which have seconds: names the smoke form. */
const FORMS_VARIABLE = 'ALIGNMENT_GAP_STUDY_FORMS';

const offeredForms = (): StudyForm[] => ['full', 'quick', ...(process.env[FORMS_VARIABLE] === 'smoke' ? (['smoke'] as const) : [])];

/** Undefined when the user went away. */
export async function chooseStudy(place: FlowPlace): Promise<StudyChoice | undefined> {
  for (;;) {
    const study = await whileOpen((signal) => pickStudy(place, signal));
    if (study === undefined) return undefined;
    const choice = await whileOpen((signal) => adjust(study, place, signal));
    if (choice !== BACK) return choice;
  }
}

/** What still computes an estimate is ended when its list has closed. */
async function whileOpen<T>(step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  return step(abort.signal).finally(() => abort.abort());
}

type StudyItem = vscode.QuickPickItem & { readonly study: StudyInfo };

async function pickStudy({ programs, root, jobs, note }: FlowPlace, signal: AbortSignal): Promise<StudyInfo | undefined> {
  const studies = await programs.list({ root, jobs });
  const items = (all: readonly StudyInfo[]): StudyItem[] => all.map((study) => {
    const [full] = study.forms;
    return { study, label: `$(law) ${study.title}`, description: full === undefined ? '' : describeForm(full), detail: study.question };
  });
  const later = timed(programs, { root, jobs, signal }).then(items, told(note, signal, () => items(studies)));
  const position: Position = { title: TITLE, step: 1, steps: STEPS, canGoBack: false };
  const answer = await pickOne(position, 'Choose the finding to repeat; runs and time are those of the full form', items(studies), later);
  return answer === BACK ? undefined : answer?.study;
}

/** By what is known; on a machine that nothing is known of, the policies that most studies train are measured first. */
async function timed(programs: StudyPrograms, asked: Asked): Promise<readonly StudyInfo[]> {
  const known = await programs.estimates(asked);
  const unknown = known.find(({ forms: [full] }) => full?.estimate === null && full.finished !== full.runs);
  if (unknown?.forms[0] === undefined || known.some(({ forms: [full] }) => full?.estimate)) return known;
  await programs.estimate(unknown.name, unknown.forms[0].form, unknown.forms[0].seeds, asked);
  return programs.estimates(asked);
}

/** In place of an answer that did not come; one that was not waited for is no trouble. */
const told = <T>(note: (error: unknown) => void, signal: AbortSignal, instead: () => T) => (error: unknown): T => {
  if (!signal.aborted) note(error);
  return instead();
};

type Change = 'seeds' | 'jobs';
type FormItem = vscode.QuickPickItem & { readonly form?: FormInfo; readonly change?: Change };

interface Draft {
  readonly seeds: number | undefined;
  readonly jobs: number | undefined;
}

/** Starting is first, so that Enter starts; what is changed comes back here with new estimates. */
async function adjust(study: StudyInfo, place: FlowPlace, signal: AbortSignal): Promise<Answer<StudyChoice>> {
  const position: Position = { title: `${TITLE}: ${study.title}`, step: 2, steps: STEPS, canGoBack: true };
  let draft: Draft = { seeds: undefined, jobs: place.jobs };
  for (;;) {
    const current = draft;
    const asked: Asked = { root: place.root, jobs: current.jobs, signal };
    const known = study.forms.filter(({ form }) => offeredForms().includes(form)).map((info) => scaled(info, current));
    const measured = measureAll(study.name, known, place, asked).then((forms) => formItems(forms, current, false));
    const answer = await pickOne(position, 'Start, or choose what to adjust first', formItems(known, current, true), measured);
    if (answer === undefined || answer === BACK) return answer;
    if (answer.form !== undefined) {
      const { form, seeds, experiments, runs } = answer.form;
      return { study: study.name, title: study.title, form, seeds, jobs: current.jobs, experiments, runs };
    }
    if (answer.change !== undefined) draft = await change(current, answer.change, position);
  }
}

/** Runs grow with seeds; what they take is told again. */
function scaled(info: FormInfo, { seeds = info.seeds, jobs }: Draft): FormInfo {
  const { form, experiments } = info;
  const isAsItWas = seeds === info.seeds && jobs === undefined;
  return isAsItWas ? info : { form, seeds, experiments, runs: Math.round((info.runs * seeds) / info.seeds) };
}

/** One after another: two measurements at once would be about each other. */
async function measureAll(study: string, forms: readonly FormInfo[], { programs, note }: FlowPlace, asked: Asked): Promise<readonly FormInfo[]> {
  const measured: FormInfo[] = [];
  for (const info of forms) {
    const isGone = asked.signal?.aborted === true;
    const told = isGone ? info : await programs.estimate(study, info.form, info.seeds, asked).catch((error: unknown) => {
      if (asked.signal?.aborted !== true) note(error);
      return info;
    });
    measured.push(told);
  }
  return measured;
}

function formItems(forms: readonly FormInfo[], { seeds, jobs }: Draft, isMeasuring: boolean): FormItem[] {
  const ofForm = (info: FormInfo): FormItem => {
    const { label, detail } = FORM_WORDS[info.form];
    return { label: `$(play) ${label}`, description: `${info.seeds} ${info.seeds === 1 ? 'seed' : 'seeds'} · ${describeForm(info, isMeasuring)}`, detail, form: info };
  };
  const shownSeeds = seeds === undefined ? forms.map((info) => `${info.seeds} (${info.form})`).join(', ') : String(seeds);
  return [
    ...forms.map(ofForm),
    { label: 'Adjust first', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(edit) Seeds', description: shownSeeds, change: 'seeds' },
    { label: '$(edit) Processes at the same time', description: jobs === undefined ? 'auto' : String(jobs), change: 'jobs' },
  ];
}

/** Going back and going away both leave the draft as it was. */
async function change(draft: Draft, what: Change, position: Position): Promise<Draft> {
  const read = what === 'seeds' ? readSeeds : readJobs;
  const check = (text: string): string | undefined => {
    const value = read(text);
    return typeof value === 'string' ? value : undefined;
  };
  const prompt = what === 'seeds' ? 'How many seeds: each setting is run once a seed, 1 to this number' : 'Runs that train side by side: a whole number, or "auto" for one a core';
  const shown = what === 'seeds' ? (draft.seeds ?? '') : (draft.jobs ?? 'auto');
  const answer = await ask({ ...position, title: what === 'seeds' ? 'Seeds' : 'Processes at the same time', canGoBack: true }, { value: String(shown), prompt, check });
  if (answer === undefined || answer === BACK) return draft;
  const value = read(answer);
  return typeof value === 'string' ? draft : { ...draft, [what]: value };
}

/** Undefined leaves it to the number of cores. */
function readJobs(text: string): number | undefined | string {
  if (text.trim() === 'auto') return undefined;
  const jobs = Number(text.trim());
  return Number.isInteger(jobs) && jobs >= 1 && jobs <= 256 ? jobs : 'A whole number from 1 to 256, or "auto".';
}

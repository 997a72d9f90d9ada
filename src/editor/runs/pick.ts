/** Asks for a run or an experiment, where a command was called without one. */
import * as vscode from 'vscode';
import type { Run } from '../../core/run/types';
import { experimentDescription, runDescription } from '../explorer/model/words';
import type { DashboardAddress } from '../panels/model/subject';
import { keyOf } from './model/address';
import type { ExperimentState } from './model/state';
import type { RunStore } from './store';

interface Question {
  readonly title: string;
  readonly placeholder: string;
  /** Which runs may be chosen; all where it is left out. */
  readonly filter?: (run: Run) => boolean;
}

type RunItem = vscode.QuickPickItem & { readonly run?: Run };

/** @returns undefined when the user went away. @throws Error when there is nothing to choose from. */
export async function pickRun(store: RunStore, question: Question): Promise<Run | undefined> {
  await ensureRead(store);
  const items = store.experiments.flatMap((experiment): RunItem[] => {
    const runs = experiment.runs.filter(question.filter ?? (() => true));
    return runs.length === 0 ? [] : [separator(experiment), ...runs.map((run) => ({ label: run.name, description: runDescription(run), run }))];
  });
  const chosen = await choose(items, question);
  return chosen?.run;
}

type SubjectItem = vscode.QuickPickItem & { readonly subject?: DashboardAddress };

/** An experiment, or one of its runs. */
export async function pickSubject(store: RunStore, question: Question): Promise<DashboardAddress | undefined> {
  await ensureRead(store);
  const items = store.experiments.flatMap((experiment): SubjectItem[] => {
    const runs = experiment.runs.filter(question.filter ?? (() => true));
    if (runs.length === 0) return [];
    const whole: SubjectItem = { label: experiment.name, description: experimentDescription(experiment), detail: 'The whole experiment', subject: { kind: 'experiment', path: experiment.path } };
    return [separator(experiment), whole, ...runs.map((run): SubjectItem => ({ label: run.name, description: runDescription(run), subject: { kind: 'run', path: keyOf(run) } }))];
  });
  const chosen = await choose(items, question);
  return chosen?.subject;
}

/** The folders may not have been read yet: nothing was in sight so far. */
export async function ensureRead(store: RunStore): Promise<void> {
  if (!store.isRead) await store.scan();
  await store.logs?.hasRead(LOGS_PATIENCE_MS);
}

/** A log that takes longer is offered once it has been read. */
const LOGS_PATIENCE_MS = 3000;

const separator = ({ name }: ExperimentState) => ({ label: name, kind: vscode.QuickPickItemKind.Separator });

async function choose<T extends vscode.QuickPickItem>(items: readonly T[], { title, placeholder }: Question): Promise<T | undefined> {
  if (items.length === 0) throw new Error('There is no run to choose from. Start one with "Run alignment experiment".');
  return vscode.window.showQuickPick(items, { title, placeHolder: placeholder, matchOnDescription: true });
}

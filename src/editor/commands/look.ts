/** Commands that read: charts, comparison, configuration, logs. */
import path from 'node:path';
import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Run } from '../../core/run/types';
import { RUN_FILE, STAGES_LOG, TRAINER_LOG } from '../../runlog';
import { diffConfigurations } from '../compare/configurations';
import { experimentSummary, runSummary } from '../compare/model/summary';
import type { DashboardAddress } from '../panels/model/subject';
import { LAUNCH_LOG } from '../runs/processes';
import { openForeignLog } from '../logs/openLog';
import { isLogRun, keyOf, placeOfKey } from '../runs/model/address';
import { ensureRead, pickRun, pickSubject } from '../runs/pick';
import type { RunStore } from '../runs/store';
import type { Services } from '../services';
import { elementOf, experimentOf, runOf, runsOf } from './target';

const hasCheckpoints = (run: Run): boolean => run.checkpoints.length > 0;

export async function showCharts(services: Services, target: unknown): Promise<void> {
  const subject = subjectOf(target) ?? (await pickSubject(services.store, { title: 'Show Charts', placeholder: 'Choose an experiment or a run' }));
  if (subject !== undefined) services.panels.show(subject);
}

function subjectOf(target: unknown): DashboardAddress | undefined {
  const element = elementOf(target);
  switch (element?.kind) {
    case 'experiment':
    case 'stages':
    case 'stage':
      return { kind: 'experiment', path: element.path };
    case 'run':
    case 'checkpoint':
      return { kind: 'run', path: element.path };
    case 'root':
    case 'problem':
    case 'study':
    case undefined:
      return undefined;
  }
}

/** With as many runs as are given; asks for what is missing. */
export async function compareRuns(services: Services, given: readonly Run[]): Promise<void> {
  const pair = await pickPair(services, given);
  if (pair !== undefined) services.panels.show({ kind: 'comparison', a: keyOf(pair[0]), b: keyOf(pair[1]) });
}

/** One run of the tree is compared with the one marked by "Select for Compare", where there is one. */
export async function compareConfigurations(services: Services, given: readonly Run[]): Promise<void> {
  const { selection, store } = services;
  const marked = given.length === 1 && selection.path !== undefined ? store.run(selection.path) : undefined;
  const pair = await pickPair(services, marked === undefined || marked === given[0] ? given : [marked, ...given]);
  if (pair !== undefined) await diffConfigurations(...pair);
}

async function pickPair({ store }: Services, [first, second]: readonly Run[]): Promise<[Run, Run] | undefined> {
  const a = first ?? (await pickRun(store, { title: 'Compare (1/2)', placeholder: 'Choose the baseline', filter: hasCheckpoints }));
  if (a === undefined) return undefined;
  const b = second ?? (await pickRun(store, { title: 'Compare (2/2)', placeholder: `Choose the run to compare with ${a.name}`, filter: (run) => hasCheckpoints(run) && keyOf(run) !== keyOf(a) }));
  return b && [a, b];
}

export function compareSelected(services: Services, target: unknown, selected: unknown): Promise<void> {
  const runs = runsOf(services.store, target, selected);
  if (runs.length > 2) throw new Error(`Two runs can be compared, and ${runs.length} are selected.`);
  return compareRuns(services, runs);
}

export function compareWithSelected(services: Services, target: unknown): Promise<void> {
  const { store, selection } = services;
  const baseline = selection.path === undefined ? undefined : store.run(selection.path);
  const run = runOf(store, target);
  return compareRuns(services, [baseline, run].filter((one) => one !== undefined));
}

export async function openConfiguration({ store }: Services, target: unknown): Promise<void> {
  const experiment = experimentOf(store, target);
  const file = experiment === undefined ? path.join(runOf(store, target)?.path ?? '', RUN_FILE) : path.join(experiment.path, `${path.basename(experiment.path)}.alignment.json`);
  // Experiments that the command line started keep no copy of their file.
  const shown = experiment !== undefined && !(await exists(file)) ? path.join(experiment.path, 'experiment.json') : file;
  await openFile(shown);
}

export async function openLog(services: Services, target: unknown): Promise<void> {
  const { store } = services;
  const run = runOf(store, target);
  const experiment = experimentOf(store, target);
  if (run !== undefined) return openRunLog(run);
  if (experiment !== undefined) return openFirst([path.join(experiment.path, LAUNCH_LOG), path.join(experiment.path, STAGES_LOG)]);
  const element = elementOf(target);
  if (element?.kind === 'study') return openFirst([path.join(element.path, LAUNCH_LOG)]);
  const chosen = await pickRun(store, { title: 'Open Log', placeholder: 'Choose a run' });
  if (chosen !== undefined) await openRunLog(chosen);
}

export const openRunLog = (run: Run): Promise<void> => (isLogRun(run) ? openForeignLog(run) : openFirst([path.join(run.path, TRAINER_LOG)]));

async function openFirst(files: readonly string[]): Promise<void> {
  for (const file of files) if (await exists(file)) return openFile(file);
  throw new Error(`There is no log yet: ${files[0] ?? ''} is written when the first process starts.`);
}

const exists = (file: string): Promise<boolean> => access(file).then(() => true, () => false);
const openFile = async (file: string): Promise<void> => void (await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true }));

export async function revealInExplorer({ store }: Services, target: unknown): Promise<void> {
  const place = placeOf(store, target);
  if (place !== undefined) await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(place));
}

export async function copyPath({ store }: Services, target: unknown): Promise<void> {
  const place = placeOf(store, target);
  if (place !== undefined) await vscode.env.clipboard.writeText(place);
}

/** A run's directory or log; of an added folder, that folder. */
function placeOf(store: RunStore, target: unknown): string | undefined {
  const element = elementOf(target);
  return element && (runOf(store, target)?.path ?? placeOfKey(element.path));
}

export async function copySummary({ store }: Services, target: unknown): Promise<void> {
  await ensureRead(store);
  const subject = subjectOf(target) ?? (await pickSubject(store, { title: 'Copy Summary', placeholder: 'Choose an experiment or a run' }));
  const run = subject?.kind === 'run' ? store.run(subject.path) : undefined;
  const experiment = subject?.kind === 'experiment' ? store.experiment(subject.path) : undefined;
  const text = run !== undefined ? runSummary(run) : experiment && experimentSummary(experiment);
  if (text === undefined) return;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('Summary copied', 3000);
}

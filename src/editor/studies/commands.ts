/** Commands of studies: run one, show its verdict. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { STUDY_FORMS } from '../../core/study/types';
import { processIdentity } from '../../runlog';
import { offerToOpenFolder, requireTrust } from '../commands/run';
import { elementOf } from '../commands/target';
import { ensureRead } from '../runs/pick';
import type { Services } from '../services';
import { jobsSetting, newRunsRoot } from '../settings';
import { folderFor } from '../start/starter';
import { chooseStudy, type StudyChoice } from './flow';
import { titleOf, verdictDescription, type StudyState } from './model/state';
import { placeOf, startStudy } from './starter';

/** For whoever calls the command by its name, a key binding or a task: what the lists would ask for. */
const given = z.object({ study: z.string(), form: z._default(z.enum(STUDY_FORMS), 'full'), seeds: z.optional(z.number().check(z.int(), z.positive())) });

export async function runStudy(services: Services, target: unknown): Promise<void> {
  requireTrust();
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) return offerToOpenFolder();
  const folder = await folderFor(undefined);
  if (folder === undefined) return;
  const root = newRunsRoot(folder);
  const choice = await choose(services, root, target);
  if (choice === undefined) return;
  const place = placeOf(choice, root);
  const title = titleOf(choice);
  if (services.studyTracker.isFollowing(place.folder)) throw new Error(`The study ${title} is at work already: wait for it, or stop one of its runs, which stops the study.`);
  const startedAt = Date.now();
  const pid = await startStudy(choice, root, vscode.Uri.joinPath(services.extensionUri, 'dist', 'cli.js').fsPath);
  services.studyTracker.begin({ ...place, title, runs: choice.runs, process: processIdentity(pid), startedAt });
  await services.store.scan();
}

async function choose({ programs, messages }: Services, root: string, target: unknown): Promise<StudyChoice | undefined> {
  const named = given.safeParse(target);
  const jobs = jobsSetting();
  if (!named.success) return chooseStudy({ programs, root, jobs, note: messages.note });
  const { study, form, seeds } = named.data;
  const known = (await programs.list({ root, jobs })).find(({ name }) => name === study);
  const info = known?.forms.find((one) => one.form === form);
  if (known === undefined || info === undefined) throw new Error(`There is no study called ${study}.`);
  const wanted = seeds ?? info.seeds;
  return { study, title: known.title, form, seeds: wanted, jobs, experiments: info.experiments, runs: Math.round((info.runs * wanted) / info.seeds) };
}

/** @throws Error where no study has a verdict yet */
export async function showVerdict({ store, panels }: Services, target: unknown): Promise<void> {
  const element = elementOf(target);
  const path = element?.kind === 'study' ? element.path : await pickVerdict(store);
  if (path !== undefined) panels.show({ kind: 'study', path });
}

async function pickVerdict(store: Services['store']): Promise<string | undefined> {
  await ensureRead(store);
  const items = store.studies.map((study) => ({ label: labelOf(study), description: study.card === undefined ? 'cannot be read' : verdictDescription(study.card), path: study.path }));
  if (items.length === 0) throw new Error('No study has a verdict yet. Start one with "Run Study…".');
  const chosen = await vscode.window.showQuickPick(items, { title: 'Show Verdict', placeHolder: 'Choose a study', matchOnDescription: true });
  return chosen?.path;
}

const labelOf = ({ card, name }: StudyState): string => (card === undefined ? name : titleOf(card));
